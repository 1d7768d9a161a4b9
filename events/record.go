package events

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Record is one change of a table, as its stream tells it. It may come more than once, late, and before an earlier change
// of another item: who must know the present reads the table.
type Record struct {
	// ID names the change; a copy has the same.
	ID string
	// Sequence is its place in its shard.
	Sequence string
	// Change is INSERT, MODIFY or REMOVE.
	Change string
	At     time.Time
	// Keys of the item; New and Old are its images, nil where there is none or the stream has none.
	Keys, New, Old map[string]types.AttributeValue

	raw json.RawMessage
}

// parseRecord reads a record of a Lambda event. Its sequence number is there even when the rest cannot be read.
func parseRecord(raw json.RawMessage) (Record, error) {
	r := Record{raw: raw}
	var outer struct {
		ID       string `json:"eventID"`
		Name     string `json:"eventName"`
		DynamoDB struct {
			Sequence string  `json:"SequenceNumber"`
			Created  float64 `json:"ApproximateCreationDateTime"` // seconds
			Keys     image   `json:"Keys"`
			New      image   `json:"NewImage"`
			Old      image   `json:"OldImage"`
		} `json:"dynamodb"`
	}
	var place struct {
		DynamoDB struct {
			Sequence string `json:"SequenceNumber"`
		} `json:"dynamodb"`
	}
	_ = json.Unmarshal(raw, &place) // the second reading tells what is wrong
	r.Sequence = place.DynamoDB.Sequence
	if err := json.Unmarshal(raw, &outer); err != nil {
		return r, fmt.Errorf("events: record %s: %w", r.Sequence, err)
	}
	r.ID, r.Change = outer.ID, outer.Name
	r.At = time.UnixMilli(int64(outer.DynamoDB.Created * 1000)).UTC()
	r.Keys, r.New, r.Old = outer.DynamoDB.Keys, outer.DynamoDB.New, outer.DynamoDB.Old
	if r.ID == "" || len(r.Keys) == 0 {
		return r, fmt.Errorf("events: record %s is no change of a table", r.Sequence)
	}
	return r, nil
}

// image is an item in DynamoDB's JSON form.
type image map[string]types.AttributeValue

func (i *image) UnmarshalJSON(text []byte) error {
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal(text, &attributes); err != nil || attributes == nil {
		return err
	}
	*i = make(image, len(attributes))
	for name, raw := range attributes {
		value, err := attribute(raw)
		if err != nil {
			return fmt.Errorf("attribute %q: %w", name, err)
		}
		(*i)[name] = value
	}
	return nil
}

var errForm = errors.New("not the form of an attribute value")

// attribute reads {"S":"…"} and its kin.
func attribute(raw json.RawMessage) (types.AttributeValue, error) {
	var typed map[string]json.RawMessage
	if err := json.Unmarshal(raw, &typed); err != nil {
		return nil, err
	}
	if len(typed) != 1 {
		return nil, errForm
	}
	for kind, value := range typed {
		return typedAttribute(kind, value)
	}
	return nil, errForm
}

func typedAttribute(kind string, raw json.RawMessage) (types.AttributeValue, error) {
	var err error
	read := func(into any) {
		err = json.Unmarshal(raw, into)
	}
	switch kind {
	case "S":
		v := &types.AttributeValueMemberS{}
		read(&v.Value)
		return v, err
	case "N":
		v := &types.AttributeValueMemberN{}
		read(&v.Value)
		return v, err
	case "B":
		v := &types.AttributeValueMemberB{}
		read(&v.Value) // base64, as encoding/json reads []byte
		return v, err
	case "BOOL":
		v := &types.AttributeValueMemberBOOL{}
		read(&v.Value)
		return v, err
	case "NULL":
		v := &types.AttributeValueMemberNULL{}
		read(&v.Value)
		return v, err
	case "SS":
		v := &types.AttributeValueMemberSS{}
		read(&v.Value)
		return v, err
	case "NS":
		v := &types.AttributeValueMemberNS{}
		read(&v.Value)
		return v, err
	case "BS":
		v := &types.AttributeValueMemberBS{}
		var encoded []string
		read(&encoded)
		for _, text := range encoded {
			member, wrong := base64.StdEncoding.DecodeString(text)
			if wrong != nil {
				return nil, wrong
			}
			v.Value = append(v.Value, member)
		}
		return v, err
	case "L":
		v := &types.AttributeValueMemberL{}
		var members []json.RawMessage
		read(&members)
		for _, member := range members {
			value, wrong := attribute(member)
			if wrong != nil {
				return nil, wrong
			}
			v.Value = append(v.Value, value)
		}
		return v, err
	case "M":
		var members image
		read(&members)
		return &types.AttributeValueMemberM{Value: members}, err
	}
	return nil, errForm
}
