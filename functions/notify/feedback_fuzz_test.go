package main

import (
	"os"
	"testing"
)

// FuzzParseFeedback holds that nothing but an event of SES about a mail is taken for one (ML-03, OP-08).
func FuzzParseFeedback(f *testing.F) {
	for _, sample := range []string{"notify-bounce.json", "notify-act.json"} {
		payload, err := os.ReadFile("../../events/samples/" + sample)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	for _, payload := range []string{
		`null`, `[]`, `{"source":"aws.ses"}`, `{"source":"aws.s3","detail":{"mail":{"messageId":"1"}}}`,
		`{"source":"aws.ses","detail":{"mail":{"messageId":"1","tags":{"recipient":[]}},"bounce":{"bouncedRecipients":null}}}`,
		`{"source":"aws.ses","detail":{"mail":{"messageId":"1","tags":{"recipient":["a","b"]}}}}`,
	} {
		f.Add([]byte(payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		event, ok := parseFeedback(payload)
		if !ok {
			if event.Detail.Mail.MessageID != "" || event.Source != "" {
				t.Errorf("what was refused is returned: %+v", event)
			}
			return
		}
		if event.Source != "aws.ses" || event.Detail.Mail.MessageID == "" {
			t.Errorf("ML-03 taken for feedback: %+v", event)
		}
		for name, values := range event.Detail.Mail.Tags {
			if got := event.tag(name); len(values) != 1 && got != "" {
				t.Errorf("of %d values of %q one was chosen", len(values), name)
			}
		}
	})
}
