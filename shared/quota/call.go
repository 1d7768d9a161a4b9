package quota

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/problem"
)

// Call is what is asked of a grants item.
type Call struct {
	// Credentials are the numbers of the credentials that the call carries: an access token's, an API key's, or both.
	Credentials []uint16
	// API is the short id of the API; empty for the built-in resource that needs no subscription.
	API string
	// Requirements must all be met. Without one the subscription is enough.
	Requirements []Requirement
	// Origin is the web origin that the calling browser names; empty when the call names none or any is allowed.
	Origin string
	// Limits of the API replace the item's own, and are counted apart. Nil when the API sets none.
	Limits *Limits
	// OwnItem tells that the item is the one of a subscription with a quota of its own.
	OwnItem bool
	// Now decides about the windows.
	Now time.Time
}

// Requirement is what one operation asks for: sets of short scope ids of which one must be granted whole. The zero
// Requirement is never met.
type Requirement [][]string

// Size returns how many operators and bytes the requirement adds at most to the condition of a call's update, of which
// DynamoDB takes 300 and 4,096.
func (r Requirement) Size() (operators, bytes int) {
	const each = len("contains(A, :g000)") + len(" AND ")
	for _, scopes := range r {
		operators += 2 * len(scopes)
		bytes += each * len(scopes)
	}
	return operators, bytes + len("()")
}

var (
	one     = &types.AttributeValueMemberN{Value: "1"}
	zero    = &types.AttributeValueMemberN{Value: "0"}
	yes     = &types.AttributeValueMemberBOOL{Value: true}
	anyURL  = &types.AttributeValueMemberS{Value: "*"}
	allNew  = types.ReturnValueAllNew
	allOld  = types.ReturnValuesOnConditionCheckFailureAllOld
	noStats = types.ReturnConsumedCapacityNone
)

// Counted is the short id of the API by whose limits and counters the call is held; empty for the item's own.
func (c *Call) Counted() string {
	if c.Limits != nil && !c.OwnItem {
		return c.API
	}
	return ""
}

// Update is the one write of a call: it counts the call and fails unless the call is admitted. remove lists counters
// that are known to be stale.
func (c *Call) Update(table, item string, remove []string) *dynamodb.UpdateItemInput {
	names := make(map[string]string, 6+len(remove))
	values := make(map[string]types.AttributeValue, 12)
	var condition strings.Builder
	condition.Grow(384)

	names["#s"], names["#d"] = SecondCounter(c.Now, c.Counted()), DayCounter(c.Now, c.Counted())
	values[":1"], values[":0"], values[":on"] = one, zero, yes
	values[":h"] = &types.AttributeValueMemberN{Value: strconv.FormatInt(c.Now.Unix()/3600, 10)}

	condition.WriteString("E = :on")
	var update strings.Builder
	update.Grow(96)
	update.WriteString("SET ")
	for i, credential := range c.Credentials {
		n := strconv.Itoa(i)
		number := strconv.FormatUint(uint64(credential), 10)
		values[":c"+n] = &types.AttributeValueMemberN{Value: number}
		condition.WriteString(" AND contains(C, :c" + n + ")")
		if c.Origin != "" {
			names["#j"+n] = number
			condition.WriteString(" AND (contains(J.#j" + n + ", :o) OR contains(J.#j" + n + ", :any))")
		}
		names["#u"+n] = LastUsed(credential)
		if i > 0 {
			update.WriteString(", ")
		}
		update.WriteString("#u" + n + " = :h")
	}
	if c.Origin != "" {
		values[":o"], values[":any"] = &types.AttributeValueMemberS{Value: c.Origin}, anyURL
	}
	if c.API != "" {
		c.access(&condition, values)
	}
	if l := c.Limits; l != nil && !c.OwnItem {
		limit(&condition, values, "#s", ":ps", l.PerSecond)
		limit(&condition, values, "#d", ":pd", l.PerDay)
	} else {
		condition.WriteString(" AND (attribute_not_exists(S) OR #s < S OR S > :0 AND attribute_not_exists(#s))" +
			" AND (attribute_not_exists(D) OR #d < D OR D > :0 AND attribute_not_exists(#d))")
	}

	update.WriteString(" ADD #s :1, #d :1")
	for i, name := range remove {
		placeholder := "#r" + strconv.Itoa(i)
		names[placeholder] = name
		if i == 0 {
			update.WriteString(" REMOVE ")
		} else {
			update.WriteString(", ")
		}
		update.WriteString(placeholder)
	}
	if !strings.Contains(condition.String(), ":0") {
		delete(values, ":0")
	}
	updateText, conditionText := update.String(), condition.String()
	return &dynamodb.UpdateItemInput{
		TableName:                           &table,
		Key:                                 map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: item}},
		UpdateExpression:                    &updateText,
		ConditionExpression:                 &conditionText,
		ExpressionAttributeNames:            names,
		ExpressionAttributeValues:           values,
		ReturnValues:                        allNew,
		ReturnValuesOnConditionCheckFailure: allOld,
		ReturnConsumedCapacity:              noStats,
	}
}

// access appends the subscription, the scopes, and that the API's calls are not counted elsewhere.
func (c *Call) access(condition *strings.Builder, values map[string]types.AttributeValue) {
	values[":a"] = &types.AttributeValueMemberS{Value: Whole(c.API)}
	if !c.OwnItem {
		condition.WriteString(" AND NOT contains(O, :a)")
	}
	condition.WriteString(" AND (contains(A, :a)")
	if len(c.Requirements) == 0 {
		values[":p"] = &types.AttributeValueMemberS{Value: Partial(c.API)}
		condition.WriteString(" OR contains(A, :p)")
	}
	placeholders := map[string]string{}
	for i, r := range c.Requirements {
		if i == 0 {
			condition.WriteString(" OR ")
		} else {
			condition.WriteString(" AND ")
		}
		// DynamoDB refuses parentheses that change nothing.
		enclosed := len(r) > 1 && len(c.Requirements) > 1
		if enclosed {
			condition.WriteByte('(')
		}
		c.requirement(r, condition, values, placeholders)
		if enclosed {
			condition.WriteByte(')')
		}
	}
	condition.WriteByte(')')
}

// requirement appends an OR of ANDs. placeholders are those of the scopes that the condition names already.
func (c *Call) requirement(r Requirement, condition *strings.Builder, values map[string]types.AttributeValue, placeholders map[string]string) {
	if len(r) == 0 {
		condition.WriteString(never)
	}
	for i, scopes := range r {
		if i > 0 {
			condition.WriteString(" OR ")
		}
		if len(scopes) == 0 {
			condition.WriteString(never)
		}
		for j, scope := range scopes {
			name := placeholders[scope]
			if name == "" {
				name = ":g" + strconv.Itoa(len(placeholders))
				placeholders[scope] = name
				values[name] = &types.AttributeValueMemberS{Value: Scoped(c.API, scope)}
			}
			if j > 0 {
				condition.WriteString(" AND ")
			}
			condition.WriteString("contains(A, " + name + ")")
		}
	}
}

// never is a condition that no item meets.
const never = "attribute_not_exists(PK)"

// limit appends an API's limit, which is a value and not in the item.
func limit(condition *strings.Builder, values map[string]types.AttributeValue, name, value string, limit *int64) {
	switch {
	case limit == nil:
	case *limit <= 0:
		condition.WriteString(" AND " + never) // refuses every call, whatever the counter
	default:
		values[value] = &types.AttributeValueMemberN{Value: strconv.FormatInt(*limit, 10)}
		condition.WriteString(" AND (attribute_not_exists(" + name + ") OR " + name + " < " + value + ")")
	}
}

// Usage is what is known of a quota after a call.
type Usage struct {
	Limits
	// Seconds and Days used in the windows of the call, this call included when it was admitted.
	Second, Day int64
	// Shards is the number of items that the limit is split over.
	Shards int
	// Organisation of the application.
	Organisation string
	// Access is what the application is granted, as the item has it.
	Access []string
}

// Subscribed reports whether the application has a right on the API with that short id.
func (u *Usage) Subscribed(api string) bool {
	return slices.Contains(u.Access, Whole(api)) || slices.Contains(u.Access, Partial(api))
}

// Look is a write that no item admits, and whose refusal returns the item as it is. It is for a call that is refused
// already, where the answer depends on who asks.
func Look(table, item string) *dynamodb.UpdateItemInput {
	never := "attribute_exists(PK) AND attribute_not_exists(PK)"
	return &dynamodb.UpdateItemInput{
		TableName:                           &table,
		Key:                                 map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: item}},
		ConditionExpression:                 &never,
		ReturnValuesOnConditionCheckFailure: allOld,
		ReturnConsumedCapacity:              noStats,
	}
}

// Usage reads an item as the write returned it, for the windows of the call.
func (c *Call) Usage(item map[string]types.AttributeValue) Usage {
	u := Usage{
		Second: number(item[SecondCounter(c.Now, c.Counted())]),
		Day:    number(item[DayCounter(c.Now, c.Counted())]),
		Shards: max(1, int(number(item[Shards]))),
	}
	if c.Limits != nil && !c.OwnItem {
		u.Limits = *c.Limits
	} else {
		u.PerSecond, u.PerDay = optional(item[PerSecond]), optional(item[PerDay])
	}
	if organisation, ok := item[Organisation].(*types.AttributeValueMemberS); ok {
		u.Organisation = organisation.Value
	}
	if access, ok := item[Access].(*types.AttributeValueMemberSS); ok {
		u.Access = access.Value
	}
	return u
}

// Refusal says why the item refused the call, in the fixed order of design: credential, application, subscription, scope,
// origin, day, second. elsewhere tells that the call is not refused but counted on the subscription's own item. old is
// the item as it was; nil when there is none.
func (c *Call) Refusal(old map[string]types.AttributeValue) (code problem.Code, elsewhere bool) {
	if old == nil {
		return problem.ApplicationDisabled, false
	}
	for _, credential := range c.Credentials {
		if !holdsNumber(old[Credentials], strconv.FormatUint(uint64(credential), 10)) {
			return problem.CredentialDisabled, false
		}
	}
	if enabled, ok := old[Enabled].(*types.AttributeValueMemberBOOL); !ok || !enabled.Value {
		return problem.ApplicationDisabled, false
	}
	if c.API != "" {
		if code := c.refusedAccess(old); code != "" {
			return code, false
		}
		if !c.OwnItem && holds(old[Own], c.API) {
			return "", true
		}
	}
	if c.Origin != "" && !c.originAllowed(old) {
		return problem.OriginNotAllowed, false
	}
	usage := c.Usage(old)
	if usage.PerDay != nil && usage.Day >= *usage.PerDay {
		return problem.QuotaDay, false
	}
	if usage.PerSecond != nil && usage.Second >= *usage.PerSecond {
		return problem.QuotaSecond, false
	}
	return problem.Unavailable, false // the item does not explain the refusal: in doubt, not admitted
}

func (c *Call) refusedAccess(old map[string]types.AttributeValue) problem.Code {
	whole, partial := holds(old[Access], Whole(c.API)), holds(old[Access], Partial(c.API))
	switch {
	case whole:
		return ""
	case !partial:
		return reason(old[Reasons], c.API)
	case !c.met(old[Access]):
		return problem.ScopeMissing
	}
	return ""
}

// met reports whether the scopes that are granted meet all requirements.
func (c *Call) met(access types.AttributeValue) bool {
	for _, r := range c.Requirements {
		if !slices.ContainsFunc(r, func(scopes []string) bool {
			return len(scopes) > 0 && !slices.ContainsFunc(scopes, func(scope string) bool { return !holds(access, Scoped(c.API, scope)) })
		}) {
			return false
		}
	}
	return true
}

func reason(reasons types.AttributeValue, api string) problem.Code {
	if m, ok := reasons.(*types.AttributeValueMemberM); ok {
		if letter, ok := m.Value[api].(*types.AttributeValueMemberS); ok {
			switch letter.Value {
			case ReasonPending:
				return problem.RequestPending
			case ReasonRefused:
				return problem.RequestRefused
			case ReasonRevoked:
				return problem.AccessRevoked
			case ReasonTerms:
				return problem.TermsNotAccepted
			}
		}
	}
	return problem.APINotSubscribed
}

func (c *Call) originAllowed(old map[string]types.AttributeValue) bool {
	origins, ok := old[Origins].(*types.AttributeValueMemberM)
	if !ok {
		return false
	}
	for _, credential := range c.Credentials {
		allowed := origins.Value[strconv.FormatUint(uint64(credential), 10)]
		if !holds(allowed, c.Origin) && !holds(allowed, "*") {
			return false
		}
	}
	return true
}

func holds(set types.AttributeValue, text string) bool {
	members, ok := set.(*types.AttributeValueMemberSS)
	if !ok {
		return false
	}
	for _, m := range members.Value {
		if m == text {
			return true
		}
	}
	return false
}

func holdsNumber(set types.AttributeValue, text string) bool {
	members, ok := set.(*types.AttributeValueMemberNS)
	if !ok {
		return false
	}
	for _, m := range members.Value {
		if m == text {
			return true
		}
	}
	return false
}

func number(value types.AttributeValue) int64 {
	if n := optional(value); n != nil {
		return *n
	}
	return 0
}

func optional(value types.AttributeValue) *int64 {
	n, ok := value.(*types.AttributeValueMemberN)
	if !ok {
		return nil
	}
	parsed, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return nil
	}
	return &parsed
}
