package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"

	"guichet/shared/problem"
	"guichet/shared/secret"
)

// go test ./shared/account -run MakeCommon -frequency-lists .../zxcvbn@4.4.2/lib/frequency_lists.js
var frequencyLists = flag.String("frequency-lists", "", "zxcvbn's frequency_lists.js, from which common.bin is made")

// frenchCommon are words of common French passwords that the list lacks.
var frenchCommon = strings.Fields(`motdepasse azerty azertyuiop bonjour bonsoir soleil doudou loulou chouchou chocolat marseille
jetaime moncoeur coucou nounours princesse amour amitie bonheur famille vacances toulouse bordeaux montpellier strasbourg
lapin chaton chat chien cheval papillon tortue licorne etoile lumiere maison jardin fleur violette orange printemps automne
hiver janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi
samedi dimanche secret bienvenue administrateur administration utilisateur connexion identifiant portail passe mdp sesame
france paris liberte egalite fraternite republique ordinateur clavier telephone internet entreprise bureau travail`)

func TestMakeCommon(t *testing.T) {
	if *frequencyLists == "" {
		t.Skip("made only on demand, with -frequency-lists")
	}
	script, err := os.ReadFile(*frequencyLists)
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`passwords: "([^"]+)"`).FindSubmatch(script)
	if list == nil {
		t.Fatal("the file holds no list of passwords")
	}
	words := map[string]bool{}
	for _, word := range frenchCommon {
		words[word] = true
	}
	const enough = 6000
	for entry := range strings.SplitSeq(string(list[1]), ",") {
		for _, word := range [...]string{letters(fold(entry)), skeleton(entry)} {
			if word = period(word); len(word) >= 4 && len(words) < enough && strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
				words[word] = true
			}
		}
	}
	var keys []string
	for word := range words {
		sum := sha256.Sum256([]byte(word))
		keys = append(keys, string(sum[:commonWidth]))
	}
	slices.Sort(keys)
	if err := os.WriteFile("common.bin", []byte(strings.Join(keys, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCommonWords(t *testing.T) {
	t.Parallel()
	if n := len(common) / commonWidth; n < 3000 || len(common)%commonWidth != 0 {
		t.Fatalf("RG-07 the list has %d words", n)
	}
	for i := commonWidth; i < len(common); i += commonWidth {
		if common[i-commonWidth:i] >= common[i:i+commonWidth] {
			t.Fatal("RG-07 the list is not sorted")
		}
	}
	for _, word := range []string{"password", "qwerty", "azerty", "motdepasse", "dragon", "letmein", "iloveyou"} {
		if !inCommon(word) {
			t.Errorf("RG-07 %s is not on the list", word)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	codes := func(c ...problem.Code) []problem.Code { return c }
	personal := []string{"jeanne.dupont@finances.example.org", "Jeanne Dupont", "Agence de l'eau Loire", "Guichet"}
	for _, c := range []struct {
		name     string
		password string
		want     []problem.Code
	}{
		{"B5 twelve characters are enough", "Tr0ubador&3a", nil},
		{"B5 eleven characters are too few", "Tr0ubado&3a", codes(problem.PasswordTooShort)},
		{"B5 code points count, not bytes", "Éà1 éèùçôîâ", codes(problem.PasswordTooShort)},
		{"B6 no digit", "Troubadour &a", codes(problem.PasswordNoDigit)},
		{"B7 no lower-case letter", "TROUBADOUR 7Z", codes(problem.PasswordNoLowercase)},
		{"B8 no upper-case letter", "troubadour 7z", codes(problem.PasswordNoUppercase)},
		{"B9 no special character", "Troubadour7zx", codes(problem.PasswordNoSpecial)},
		{"B9 a space is a special character", "Troubadour 7zx", nil},
		{"several rules at once are all told", "aaa", codes(problem.PasswordTooShort, problem.PasswordNoDigit, problem.PasswordNoUppercase, problem.PasswordNoSpecial)},
		{"RG-07 128 code points are taken", "Aé1 " + strings.Repeat("brume-loutre-", 9) + "sept123", nil},
		{"RG-07 129 code points are refused", "Aé1 " + strings.Repeat("brume-loutre-", 9) + "sept1234", codes(problem.PasswordTooLong)},
		{"RG-07 an emoji counts as one and is special", "Troubadour7🦦🦦", nil},
		{"RG-07 a common word with ornaments", "Password123!!", codes(problem.PasswordCommon)},
		{"RG-07 a common word in leet", "P@ssw0rd2026!", codes(problem.PasswordCommon)},
		{"RG-07 a common French word", "Motdepasse-2026", codes(problem.PasswordCommon)},
		{"RG-07 a common word twice", "Azerty-Azerty-1", codes(problem.PasswordCommon)},
		{"RG-07 a row of keys", "Azertyuiop12!", codes(problem.PasswordCommon)},
		{"RG-07 the alphabet", "Abcdefghij-12", codes(problem.PasswordCommon)},
		{"RG-07 almost only digits and signs", "Aa1234567890!", codes(problem.PasswordCommon)},
		{"RG-07 few different characters", "Aa1!Aa1!Aa1!Aa1!", codes(problem.PasswordCommon)},
		{"RG-07 the name", "Jeanne-tisse-4-pulls", codes(problem.PasswordPersonal)},
		{"RG-07 the address's domain", "les4-Finances-vont", codes(problem.PasswordPersonal)},
		{"RG-07 the organisation", "vers la Loire 42 x", codes(problem.PasswordPersonal)},
		{"RG-07 the product in leet", "mon-Gu1ch3t-rouge", codes(problem.PasswordPersonal)},
		{"RG-07 short personal words do not count", "l'eau Verte 42 brume", nil},
		{"RG-07 a passphrase of common words is good", "Tortue orange bureau 9", nil},
	} {
		if got := CheckPassword(secret.Value(c.password), personal...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s gives %v, not %v", c.name, c.password, got, c.want)
		}
	}
}

func TestHasher(t *testing.T) {
	t.Parallel()
	cheap := Cost{Memory: 64, Time: 1, Threads: 1}
	h := NewHasher(cheap)
	ctx := t.Context()
	composed, decomposed := secret.Value("Caf\u00e9 du port 12"), secret.Value("Cafe\u0301 du port 12")
	stored, err := h.Hash(ctx, composed)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("RG-08 %v %s", err, stored)
	}
	verify := func(h *Hasher, stored string, password secret.Value) (bool, bool) {
		t.Helper()
		ok, outdated, err := h.Verify(ctx, stored, password)
		if err != nil {
			t.Fatal(err)
		}
		return ok, outdated
	}
	if ok, outdated := verify(h, stored, decomposed); !ok || outdated {
		t.Error("RG-07 the same password in another normal form is refused")
	}
	if ok, _ := verify(h, stored, "Café du port 13"); ok {
		t.Error("RG-08 a wrong password is accepted")
	}
	if ok, _ := verify(h, "", composed); ok {
		t.Error("RG-02 an account without a password is entered")
	}
	if h.Work() != 4 {
		t.Errorf("RG-02 %d hashes for one made and three compared", h.Work())
	}
	if ok, outdated := verify(NewHasher(Cost{Memory: 128, Time: 1, Threads: 1}), stored, composed); !ok || !outdated {
		t.Error("RG-08 a hash of another cost is not told")
	}
	long := strings.Repeat("x", 72)
	stored, err = h.Hash(ctx, secret.Value(long+"a"))
	if err != nil {
		t.Fatal(err)
	}
	if ok, _ := verify(h, stored, secret.Value(long+"b")); ok {
		t.Error("RG-07 a password is cut at 72 bytes")
	}
	for _, damaged := range []string{"x", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA"} {
		if _, _, err := h.Verify(ctx, damaged, "x"); err == nil {
			t.Errorf("RG-08 the damaged hash %s is used", damaged)
		}
	}
	if DefaultCost.Memory < 46<<10 || DefaultCost.Time < 1 {
		t.Errorf("RG-08 the cost is %+v", DefaultCost)
	}
}

// RG-08: however many sign in at once, an instance holds the memory of two hashes.
func TestRG08HashesAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	const memory = 8 << 10 // KiB
	h := NewHasher(Cost{Memory: memory, Time: 1, Threads: 1})
	started, release := make(chan struct{}), make(chan struct{})
	for range maxHashes { // both slots are taken
		go func() {
			h.slots <- struct{}{}
			started <- struct{}{}
			<-release
			<-h.slots
		}()
		<-started
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "Troubadour 7zx"); !errors.Is(err, context.Canceled) || h.Work() != 0 {
		t.Errorf("RG-08 a third hash begins beside two: %v", err)
	}
	close(release)

	var peak atomic.Uint64
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
			select {
			case <-done:
				return
			default:
				runtime.GC() // what is in use afterwards is in use
			}
		}
	}()
	var group sync.WaitGroup
	for range 40 {
		group.Go(func() {
			if _, err := h.Hash(t.Context(), "Troubadour 7zx"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	close(done)
	<-watched
	if most := uint64(10 * memory << 10); peak.Load() > most {
		t.Errorf("RG-08 40 hashes at once hold %d MiB", peak.Load()>>20)
	}
	if h.Work() != 40 {
		t.Errorf("RG-08 of 40 hashes %d were made", h.Work())
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("Troubadour 7zx", "jeanne@example.org")
	f.Add("\xff\u0301", "\u0000")
	f.Fuzz(func(t *testing.T, password, personal string) {
		CheckPassword(secret.Value(password), personal) // never panics, whatever is typed
	})
}
