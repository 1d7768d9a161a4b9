package localtest

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"guichet/localtest/apigateway"
	"guichet/localtest/faults"
	"guichet/localtest/lambda"
	"guichet/localtest/secretsmanager"
	"guichet/localtest/streams"
	"guichet/shared/channel"
	"guichet/shared/ddb"
	"guichet/shared/topology"
)

// Ports of a cloud on loopback; 0 takes a free one.
type Ports struct {
	Portal, Sandbox, Production, Inbox, DynamoDB int
}

// Options of a cloud.
type Options struct {
	// DataDir is where everything lives on; empty keeps all in memory and in tables that are removed at the end.
	DataDir string
	Ports   Ports
	// APIs restricts the cloud to the APIs of that name and their functions, Functions to those functions and no API; without either the whole topology runs.
	APIs      []string
	Functions []string
	// Backends are the host:port pairs on this machine that the gateway may call.
	Backends []string
	// Settings are the installation's, by name.
	Settings map[string]string
	// Pages is a folder with the portal's pages for this installation, in the place of those that were built with the default configuration.
	Pages string
	// Inbox starts the stand-in of SES.
	Inbox bool
	// Endpoints are further stand-ins, by the SDK's id of their service, such as "SESV2" for package ses.
	Endpoints map[string]string
	// Faults puts a proxy between the functions and the store, and one before the secrets.
	Faults bool
	// Streams says how streams and schedules are delivered, if the functions have any. Its files and its log are the cloud's own.
	Streams streams.Options
	// LowerCaseHeaders gives functions the header names as HTTP/2 clients send them.
	LowerCaseHeaders bool
	// Endpoint is a DynamoDB Local that already runs; empty starts one.
	Endpoint string

	// Log receives a sentence about what is being done, as fmt.Sprintf takes it. Output receives what functions print, Access the lines of the access
	// logs, Failure why the platform answered with an error of its own. Each may be nil, and each is called by one goroutine at a time.
	Log     func(format string, arguments ...any)
	Output  func(lambda.Line)
	Access  func(api string, in channel.Channel, line string)
	Failure func(requestID string, cause error)
}

// Cloud is a running platform.
type Cloud struct {
	// Tables are the platform's tables, with a client that does not pass StoreFaults.
	*TestTables
	// Lambda runs the functions, under Function's names.
	Lambda *lambda.Service
	// Secrets holds what the functions read.
	Secrets *secretsmanager.Store
	// StoreFaults and SecretFaults stand between the functions and what they use; nil without Options.Faults.
	StoreFaults, SecretFaults *faults.Proxy
	// Bases are the base URLs by channel, Portal the portal's, without a trailing slash.
	Bases  map[channel.Channel]string
	Portal string
	// PortalAPI is the portal API's own address, beside the site: it answers no call that lacks the site's key.
	PortalAPI string
	// Inbox is nil without Options.Inbox.
	Inbox *Inbox
	// Delivery calls the functions that have streams or schedules; nil when none has.
	Delivery *streams.Delivery

	plan    topology.Plan
	options Options
	closers []func() error
	mu      sync.Mutex // one log line at a time
}

// shutdownTimeout is how long calls under way may take to end.
const shutdownTimeout = 3 * time.Second

// Run puts the platform together and serves it until Close.
func Run(ctx context.Context, o Options) (cloud *Cloud, err error) {
	c := &Cloud{options: o, plan: topology.Platform(), Bases: map[channel.Channel]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	doors, err := c.open()
	if err != nil {
		return nil, err
	}
	names := c.functions()
	built := make(chan error, 1)
	var binaries map[string]string
	go func() {
		logger(o.Log).say("building %d functions", len(names))
		var err error
		binaries, err = Build(ctx, names...)
		built <- err
	}()
	err = errors.Join(c.store(ctx), <-built)
	if err != nil {
		return nil, err
	}
	if err := c.standIns(ctx); err != nil {
		return nil, err
	}
	if err := c.runFunctions(binaries); err != nil {
		return nil, err
	}
	if err := c.deliver(ctx, names); err != nil {
		return nil, err
	}
	return c, c.serve(doors)
}

// doors are the listeners of the APIs, open before anything else: functions are configured with their addresses.
type doors struct {
	portal   net.Listener
	api      net.Listener // the portal API's own
	channels map[channel.Channel]net.Listener
}

func (c *Cloud) open() (doors, error) {
	d := doors{channels: map[channel.Channel]net.Listener{}}
	door := func(port int, purpose string) (net.Listener, string, error) {
		listener, err := listen(port, purpose)
		if err != nil {
			return nil, "", err
		}
		c.onClose(func() error { listener.Close(); return nil }) // again after its server's, for a start that failed
		host := "127.0.0.1"
		if port != 0 {
			host = "localhost" // what people type
		}
		return listener, "http://" + host + ":" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
	}
	var err error
	if d.portal, c.Portal, err = door(c.options.Ports.Portal, "the portal"); err != nil {
		return d, err
	}
	if d.api, c.PortalAPI, err = door(0, "the portal's API"); err != nil {
		return d, err
	}
	ports := map[channel.Channel]int{channel.Sandbox: c.options.Ports.Sandbox, channel.Production: c.options.Ports.Production}
	for _, in := range channel.All {
		if d.channels[in], c.Bases[in], err = door(ports[in], "the channel "+string(in)); err != nil {
			return d, err
		}
	}
	return d, nil
}

// store starts DynamoDB Local, unless one is named, and creates the tables.
func (c *Cloud) store(ctx context.Context) error {
	endpoint, prefix := c.options.Endpoint, "guichet-"
	if c.options.DataDir == "" {
		prefix = testPrefix()
	}
	if endpoint == "" {
		logger(c.options.Log).say("starting DynamoDB Local")
		o := DynamoDBOptions{Port: c.options.Ports.DynamoDB, Log: c.options.Log}
		if c.options.DataDir != "" {
			o.DataDir = filepath.Join(c.options.DataDir, "dynamodb")
		}
		server, err := StartDynamoDB(ctx, o)
		if err != nil {
			return err
		}
		c.onClose(server.Close)
		endpoint = server.Endpoint
	}
	c.TestTables = newTables(endpoint, prefix)
	direct := ddb.New(storeEnvironment(endpoint, http.DefaultTransport))
	if err := createTables(ctx, direct, prefix); err != nil {
		return err
	}
	if c.options.DataDir == "" {
		c.onClose(func() error { return deleteTables(context.Background(), direct, prefix) })
	}
	return nil
}

// nowhere refuses connections: without a stand-in nothing is sent, least of all to AWS.
const nowhere = "http://127.0.0.1:9"

// standIns starts what functions reach beside the store, and makes the secrets that a deployment makes.
func (c *Cloud) standIns(ctx context.Context) error {
	file, objects := "", ""
	if c.options.DataDir != "" {
		file, objects = filepath.Join(c.options.DataDir, "secrets.json"), filepath.Join(c.options.DataDir, "s3")
	}
	var err error
	if c.Secrets, err = secretsmanager.Open(file); err != nil {
		return err
	}
	for _, declared := range c.plan.Secrets {
		for _, name := range c.deployed(declared.Name, declared.PerChannel) {
			if !c.Secrets.Has(name) {
				if err := c.Secrets.Put(name, newKeys()); err != nil {
					return err
				}
			}
		}
	}
	var buckets []string
	for _, bucket := range c.plan.Buckets {
		buckets = append(buckets, c.prefix+bucket.Name)
	}
	s3, err := newS3(objects, buckets...)
	if err != nil {
		return err
	}
	c.Environment.Endpoints = maps.Clone(c.Environment.Endpoints)
	for service, handler := range map[string]http.Handler{"SECRETS_MANAGER": c.Secrets, "S3": s3} {
		listener, err := listen(0, service)
		if err != nil {
			return err
		}
		c.serveOn(listener, handler)
		c.Environment.Endpoints[service] = "http://" + listener.Addr().String()
	}
	if c.options.Inbox {
		logger(c.options.Log).say("starting the mail inbox")
		if c.Inbox, err = StartInbox(ctx, c.options.Ports.Inbox, c.options.Log); err != nil {
			return err
		}
		c.onClose(c.Inbox.Close)
		c.Environment.Endpoints["SESV2"] = c.Inbox.URL
	} else {
		c.Environment.Endpoints["SESV2"] = nowhere
	}
	maps.Copy(c.Environment.Endpoints, c.options.Endpoints)
	if !c.options.Faults {
		return nil
	}
	if c.StoreFaults, err = faults.NewProxy(c.Endpoint); err != nil {
		return err
	}
	c.onClose(c.StoreFaults.Close)
	if c.SecretFaults, err = faults.NewProxy(c.Environment.Endpoints["SECRETS_MANAGER"]); err != nil {
		return err
	}
	c.onClose(c.SecretFaults.Close)
	return nil
}

// serve opens the APIs.
func (c *Cloud) serve(d doors) error {
	var portal http.Handler
	key := rand.Text()
	for _, declared := range c.plan.APIs {
		if !c.runs(declared.Name) {
			continue
		}
		for _, in := range channelsOf(declared.Stage) {
			handler, err := apigateway.New(apigateway.Options{
				API: declared, Lambda: c.Lambda.Invoke, Key: key, ProblemPages: c.problemPages(in), Region: Region, LowerCaseHeaders: c.options.LowerCaseHeaders,
				FunctionName: func(name string) string { return c.Function(name, in) },
				AccessLog:    func(line string) { c.access(declared.Name, in, line) },
				Failure:      c.failure,
			})
			if err != nil {
				return err
			}
			if in == "" {
				c.serveOn(d.api, handler)
				portal = BehindSite(handler, key)
			} else {
				c.serveOn(d.channels[in], handler)
			}
		}
	}
	site, err := newSite(c.plan.Site, c.options.Pages, slices.Sorted(maps.Values(c.Bases)), portal)
	if err != nil {
		return err
	}
	c.serveOn(d.portal, site)
	return nil
}

// BehindSite is what CloudFront adds to a call on its way to an API of the site: the key, in the place of whatever the caller
// sent as one, and the caller's address.
func BehindSite(api http.Handler, key string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Header.Set(apigateway.KeyHeader, key)
		viewer, _, _ := net.SplitHostPort(r.RemoteAddr)
		r.Header.Set("X-Forwarded-For", strings.Join(append(r.Header.Values("X-Forwarded-For"), viewer), ", "))
		api.ServeHTTP(w, r)
	})
}

func (c *Cloud) runs(api string) bool {
	return len(c.options.APIs)+len(c.options.Functions) == 0 || slices.Contains(c.options.APIs, api)
}

// serveOn serves until Close.
func (c *Cloud) serveOn(listener net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: discardLog, // what it would say is a caller's doing
	}
	go server.Serve(listener) // ends with Shutdown or Close
	c.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return server.Close()
		}
		return nil
	})
}

func (c *Cloud) onClose(do func() error) { c.closers = append(c.closers, do) }

// Close ends everything, the last started first.
func (c *Cloud) Close() error {
	var failures []error
	for _, do := range slices.Backward(c.closers) {
		failures = append(failures, do())
	}
	c.closers = nil
	return errors.Join(failures...)
}

// URL is the base URL of a channel.
func (c *Cloud) URL(in channel.Channel) string { return c.Bases[in] }

func (c *Cloud) access(api string, in channel.Channel, line string) {
	if c.options.Access != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.options.Access(api, in, line)
	}
}

func (c *Cloud) failure(requestID string, cause error) {
	if c.options.Failure != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.options.Failure(requestID, cause)
	}
}

// output takes a function's line.
func (c *Cloud) output(line lambda.Line) {
	if c.options.Output != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.options.Output(line)
	}
}

// functionEnvironment is where functions find AWS: through the faults when there are any.
func (c *Cloud) functionEnvironment() map[string]string {
	endpoints := maps.Clone(c.Environment.Endpoints)
	if c.options.Faults {
		endpoints["DYNAMODB"], endpoints["SECRETS_MANAGER"] = c.StoreFaults.URL, c.SecretFaults.URL
	}
	variables := map[string]string{}
	for service, url := range endpoints {
		variables["AWS_ENDPOINT_URL_"+service] = url
	}
	return variables
}
