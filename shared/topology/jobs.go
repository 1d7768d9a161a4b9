package topology

import (
	"strconv"
	"time"
)

// follow is a mapping of a table's stream as jobs want it: from the beginning, in two lanes, tried for half a day. What a
// reader cannot handle it puts aside itself (events.Reader); ten retries and the dead-letter queue are for what kills it.
func follow(table string, filters ...string) StreamSource {
	return StreamSource{
		Table: table, Filters: filters, BatchSize: 100, Parallelization: 2, MaximumRetries: 10, MaximumAge: 12 * time.Hour,
		BisectOnError: true, ReportsPartialBatchFailure: true,
	}
}

// jobs are the functions that nobody calls: streams and time do.
func jobs() []Function {
	return []Function{
		{
			Name: "enrol", Stage: Jobs, Purpose: "Gives people the applications that they have for being who they are",
			Memory: 256, Timeout: time.Minute,
			Environment: map[string]Reference{
				"REGISTRY_TABLE":          {TableName, Registry},
				"EVENTS_TABLE":            {TableName, Events},
				"GRANTS_TABLE_SANDBOX":    {SandboxTable, Grants},
				"GRANTS_TABLE_PRODUCTION": {ProductionTable, Grants},
			},
			Access: append(settlesEnrolments("GSI1"),
				// Acts, and the quarantine with its redrive.
				Access{Table: Events, Actions: []string{"PutItem", "Query", "DeleteItem"}},
			),
			Sources: []StreamSource{follow(Registry,
				// A person or a membership.
				`{"dynamodb":{"Keys":{"PK":{"S":[{"prefix":"U#"}]},"SK":{"S":["A#@",{"prefix":"A#M#"}]}}}}`,
				// An organisation.
				`{"eventName":["MODIFY","REMOVE"],"dynamodb":{"Keys":{"PK":{"S":[{"prefix":"O#"}]},"SK":{"S":["@"]}}}}`)},
			ErrorAlarm: true,
			AlarmLines: []string{"record quarantined"},
		},
		{
			Name: "notify", Stage: Jobs, Purpose: "Sends the mails that follow from acts",
			Memory: 256, Timeout: 2 * time.Minute,
			// Its processes share SES's rate.
			ReservedConcurrency: mailWorkers,
			Environment: map[string]Reference{
				"REGISTRY_TABLE":         {TableName, Registry},
				"EVENTS_TABLE":           {TableName, Events},
				"LINK_KEYS":              {SecretName, LinkKeys},
				"PORTAL_URL":             {Kind: PortalURL},
				"MAIL_SENDER":            {Setting, "MAIL_SENDER"},
				"MAIL_CONFIGURATION_SET": {Setting, "MAIL_CONFIGURATION_SET"},
				"MAIL_PER_SECOND":        {Setting, "MAIL_PER_SECOND"},
				"MAIL_WORKERS":           {Literal, strconv.Itoa(mailWorkers)},
			},
			Access: []Access{
				// People, organisations, applications and the portal's configuration; an address that mails come back from.
				{Table: Registry, Actions: []string{"GetItem", "Query", "UpdateItem"}},
				// Acts, deliveries, checks and the quarantine.
				{Table: Events, Actions: []string{"GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"}},
				{Secret: LinkKeys, Actions: []string{"GetSecretValue"}},
			},
			Sources: []StreamSource{follow(Events,
				// A new act.
				`{"eventName":["INSERT"],"dynamodb":{"Keys":{"SK":{"S":[{"prefix":"E#"}]}}}}`,
				// An act or a delivery that sweep wants looked after.
				`{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"redrive":{"S":[{"exists":true}]}}}}`)},
			Rules:      []EventRule{{Name: "feedback", Source: "aws.ses", DetailTypes: []string{"Email Bounced", "Email Complaint Received"}}},
			SendsMail:  true,
			ErrorAlarm: true,
			AlarmLines: []string{"record quarantined", "mail cannot be written"},
		},
		{
			Name: "sweep", Stage: Jobs, Purpose: "Does what time alone causes: brings back what was lost, removes what is due",
			Memory: 256, Timeout: 50 * time.Second, // one run ends before the next begins
			ReservedConcurrency: 1,
			Environment: map[string]Reference{
				"REGISTRY_TABLE":          {TableName, Registry},
				"EVENTS_TABLE":            {TableName, Events},
				"GRANTS_TABLE_SANDBOX":    {SandboxTable, Grants},
				"GRANTS_TABLE_PRODUCTION": {ProductionTable, Grants},
				"ROUTES_TABLE_SANDBOX":    {SandboxTable, Routes},
				"ROUTES_TABLE_PRODUCTION": {ProductionTable, Routes},
			},
			Access: append(settlesEnrolments("GSI3"),
				Access{Table: Routes, AllChannels: true, Actions: []string{"Query", "UpdateItem", "DeleteItem"}},
				Access{Table: Events, Actions: []string{"Query", "PutItem", "UpdateItem", "DeleteItem"}, Indexes: []string{"Due"}},
			),
			Schedules: []Schedule{
				{Name: "minute", Every: time.Minute, Input: `{"tasks":["deliveries","acts","enrolments"]}`},
				{Name: "hour", Every: time.Hour, Input: `{"tasks":["accounts","definitions"]}`},
			},
			ErrorAlarm: true,
		},
	}
}

// mailWorkers is how many processes send mails at once.
const mailWorkers = 2

// settlesEnrolments is what shared/enrolment needs beside writing its acts. indexes of the registry may be queried, too.
func settlesEnrolments(indexes ...string) []Access {
	return []Access{
		{Table: Registry, Actions: []string{"GetItem", "Query", "PutItem", "DeleteItem"}, Indexes: indexes},
		{Table: Grants, AllChannels: true, Actions: []string{"UpdateItem", "DeleteItem"}},
	}
}
