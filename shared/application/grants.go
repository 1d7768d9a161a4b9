package application

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"guichet/shared/client"
	"guichet/shared/ddb"
	"guichet/shared/quota"
)

// item is the state of one grants item: its attributes without key and counters.
type item = map[string]types.AttributeValue

// grantWrites turns the projection of before into that of after, item by item, and adds used to the counters. Other
// counters and what other nouns keep in an item stay as they are.
func grantWrites(table string, before, after Aggregate, used additions) []types.TransactWriteItem {
	old, wanted := project(before), project(after)
	var writes []types.TransactWriteItem
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		if !reflect.DeepEqual(old[key], wanted[key]) || used[key] != nil {
			writes = append(writes, setState(table, key, old[key], wanted[key], used[key]))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		if wanted[key] == nil {
			writes = append(writes, types.TransactWriteItem{Delete: &types.Delete{TableName: &table, Key: ddb.PartitionKey(key)}})
		}
	}
	return writes
}

// setState writes the attributes of wanted, removes those that only old has, and adds used to the counters.
func setState(table, key string, old, wanted item, used map[string]int64) types.TransactWriteItem {
	names, values := map[string]string{}, map[string]types.AttributeValue{}
	var set, remove []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		names["#"+name], values[":"+name] = name, wanted[name]
		set = append(set, "#"+name+" = :"+name)
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, stays := wanted[name]; !stays {
			names["#"+name] = name
			remove = append(remove, "#"+name)
		}
	}
	expression := "SET " + strings.Join(set, ", ")
	if len(remove) > 0 {
		expression += " REMOVE " + strings.Join(remove, ", ")
	}
	for i, name := range slices.Sorted(maps.Keys(used)) {
		placeholder := "n" + strconv.Itoa(i) // a counter's name may hold a dot
		names["#"+placeholder], values[":"+placeholder] = name, ddb.N(used[name])
		if i == 0 {
			expression += " ADD "
		} else {
			expression += ", "
		}
		expression += "#" + placeholder + " :" + placeholder
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &table, Key: ddb.PartitionKey(key), UpdateExpression: &expression,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
}

// project is what the channel's grants say of an application: pure, and the only place that knows.
func project(a Aggregate) map[string]item {
	all := map[string]item{}
	if a.ID == "" {
		return all
	}
	var numbers, access, own []string
	origins := map[string]types.AttributeValue{}
	for _, c := range a.Credentials {
		if !c.live() {
			continue
		}
		numbers = append(numbers, decimal(c.Number))
		if len(c.Origins) > 0 {
			origins[decimal(c.Number)] = stringSet(c.Origins)
		}
	}
	for _, s := range a.Subscriptions {
		access = append(access, s.access()...)
		if s.Limits != nil {
			own = append(own, s.ShortID)
		}
	}
	common := func(access []string) item {
		i := item{quota.Enabled: &types.AttributeValueMemberBOOL{Value: a.Live()}, quota.Organisation: ddb.S(a.Organisation)}
		if len(numbers) > 0 {
			slices.Sort(numbers)
			i[quota.Credentials] = &types.AttributeValueMemberNS{Value: numbers}
		}
		if len(access) > 0 {
			i[quota.Access] = stringSet(access)
		}
		if len(origins) > 0 {
			i[quota.Origins] = &types.AttributeValueMemberM{Value: origins}
		}
		return i
	}
	split(all, ddb.Grant(a.ID, ""), a.Limits, func() item {
		i := common(access)
		if len(own) > 0 {
			i[quota.Own] = stringSet(own)
		}
		return i
	})
	for _, s := range a.Subscriptions {
		if s.Limits != nil {
			split(all, ddb.Grant(a.ID, s.ShortID), *s.Limits, func() item { return common(s.access()) })
		}
	}
	for _, c := range a.Credentials {
		if c.Kind == OAuthClient {
			all[ddb.GrantClient(c.ID)] = clientItem(a, c, access)
		}
	}
	return all
}

// split puts the items of a limit: one, or several when it is above what one item takes.
func split(all map[string]item, grant string, limits quota.Limits, state func() item) {
	count := limits.ShardCount()
	for n := range count {
		i := state()
		part := limits.Shard(n, count)
		if part.PerSecond != nil {
			i[quota.PerSecond] = ddb.N(*part.PerSecond)
		}
		if part.PerDay != nil {
			i[quota.PerDay] = ddb.N(*part.PerDay)
		}
		if count > 1 {
			i[quota.Shards] = ddb.N(int64(count))
		}
		all[ddb.GrantShard(grant, n)] = i
	}
}

// clientItem is what the token endpoint's one read brings.
func clientItem(a Aggregate, c Credential, access []string) item {
	k := client.Client{
		Application: a.ID, Number: c.Number, Enabled: a.Live() && c.live(), Confidential: c.Confidential,
		Origins: c.Origins, Strict: c.Strict, Access: access,
	}
	for _, s := range c.Secrets {
		k.Secrets = append(k.Secrets, client.Secret{Hash: s.Hash, Until: s.Until})
	}
	return k.Item()
}

// stringSet is a sorted set without duplicates.
func stringSet(members []string) types.AttributeValue {
	sorted := slices.Clone(members)
	slices.Sort(sorted)
	return &types.AttributeValueMemberSS{Value: slices.Compact(sorted)}
}
