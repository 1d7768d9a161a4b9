package application

// What the tests outside the package look at: they run on localtest, which links this package.
var (
	Fold      = fold
	NewSecret = newSecret
	Project   = project
	Counted   = counted
)

// MaxGrantItems is the bound of one change.
const MaxGrantItems = maxGrantItems
