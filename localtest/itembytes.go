package localtest

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// ItemBytes is the size of an item that DynamoDB bills, one write unit for each 1,024 bytes begun: names and values in UTF-8, numbers about half their digits.
func ItemBytes(item map[string]types.AttributeValue) int {
	total := 0
	for name, value := range item {
		total += len(name) + valueBytes(value)
	}
	return total
}

func valueBytes(value types.AttributeValue) int {
	number := func(text string) int { return (len(text)+1)/2 + 1 }
	total := 0
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return number(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	case *types.AttributeValueMemberSS:
		for _, s := range v.Value {
			total += len(s)
		}
	case *types.AttributeValueMemberNS:
		for _, s := range v.Value {
			total += number(s)
		}
	case *types.AttributeValueMemberBS:
		for _, b := range v.Value {
			total += len(b)
		}
	case *types.AttributeValueMemberL:
		total = 3
		for _, inner := range v.Value {
			total += valueBytes(inner) + 1
		}
	case *types.AttributeValueMemberM:
		total = 3
		for name, inner := range v.Value {
			total += len(name) + valueBytes(inner) + 1
		}
	}
	return total
}
