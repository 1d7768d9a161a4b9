package application

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"guichet/shared/ddb"
	"guichet/shared/organisation"
	"guichet/shared/quota"
)

// MaySee reports whether a person knows of the application: its owner, and the members of its organisation but for the
// default one (features Z40).
func (a Application) MaySee(user string, memberships []organisation.Membership) bool {
	_, member := organisation.Of(memberships, a.Organisation)
	return a.MayAct(user, memberships) || member && a.Organisation != organisation.Default
}

// MayAct reports whether a person may act on the application: its owner, and the administrators of its organisation but for
// the default one (features Z40).
func (a Application) MayAct(user string, memberships []organisation.Membership) bool {
	m, member := organisation.Of(memberships, a.Organisation)
	return a.Owner != "" && a.Owner == user ||
		member && m.Role == organisation.Administrator && a.Organisation != organisation.Default
}

// SortedCredentials are an application's, the oldest first.
func (a Aggregate) SortedCredentials() []Credential {
	return slices.SortedFunc(maps.Values(a.Credentials), func(x, y Credential) int { return cmp.Compare(x.Number, y.Number) })
}

// LastUses returns when credentials were used last, to the hour, by their numbers: the authorizer notes it in grants
// (AP-30). A credential that was never used is missing.
func LastUses(ctx context.Context, db ddb.Database, a Aggregate) (map[uint16]time.Time, error) {
	rows, err := db.BatchGet(ctx, ddb.Get{Table: db.Tables.Grants[a.Channel], Key: ddb.PartitionKey(ddb.Grant(a.ID, ""))})
	if err != nil {
		return nil, err
	}
	used := map[uint16]time.Time{}
	for _, c := range a.Credentials {
		if hour, ok := ddb.Number(rows[0], quota.LastUsed(c.Number)); ok {
			used[c.Number] = time.Unix(hour*3600, 0).UTC()
		}
	}
	return used, nil
}
