package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet/shared/guard"
	"guichet/shared/problem"
	"guichet/shared/route"
)

// authority issues certificates for one test.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key, pool: x509.NewCertPool()}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(a.certificate)
	return a
}

// issue returns a certificate for 127.0.0.1 after change.
func (a *authority) issue(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	change(template)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	known, unknown := newAuthority(t), newAuthority(t)
	same := func(*x509.Certificate) {}
	for name, c := range map[string]struct {
		certificate tls.Certificate
		newest      uint16 // version of TLS that the backend speaks; 0 for any
		good        bool
	}{
		"GW-14 a good certificate":              {known.issue(t, same), 0, true},
		"GW-14 a good certificate over TLS 1.2": {known.issue(t, same), tls.VersionTLS12, true},
		"GW-14 expired":                         {known.issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), 0, false},
		"GW-14 not valid yet":                   {known.issue(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), 0, false},
		"GW-14 of an unknown authority":         {unknown.issue(t, same), 0, false},
		"GW-14 for another host":                {known.issue(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.example.org"} }), 0, false},
		"GW-14 for clients":                     {known.issue(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), 0, false},
		"GW-14 a name in the subject alone":     {known.issue(t, func(c *x509.Certificate) { c.IPAddresses, c.Subject = nil, pkix.Name{CommonName: "127.0.0.1"} }), 0, false},
		"GW-14 a good certificate over TLS 1.1": {known.issue(t, same), tls.VersionTLS11, false},
	} {
		backend := &recorder{}
		server := httptest.NewUnstartedServer(backend)
		server.TLS = &tls.Config{Certificates: []tls.Certificate{c.certificate}, MinVersion: tls.VersionTLS10, MaxVersion: c.newest} //nolint:gosec // on purpose
		server.Config.ErrorLog = discarded
		server.StartTLS()
		w := newWorld(t, published{Route: route.Route{Backend: route.Backend{URL: server.URL}}})
		g, err := guard.New(guard.Options{Exceptions: strings.TrimPrefix(server.URL, "https://"), Roots: known.pool})
		if err != nil {
			t.Fatal(err)
		}
		w.gateway.transport = g.Transport()
		a := w.do(call{})
		if c.good && a.status != http.StatusOK {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if !c.good {
			refused(t, name, a, problem.BackendUnreachable)
		}
		if n := len(backend.taken()); n > 0 != c.good {
			t.Errorf("%s: the backend was called %d times", name, n)
		}
		server.Close()
	}
}
