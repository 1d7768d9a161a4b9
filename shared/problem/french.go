package problem

// frenchEntry is the French title and sentence of a code.
type frenchEntry struct {
	code          Code
	title, detail string
}

// french has a row for every row of the table; a test holds it complete.
var french = [...]frenchEntry{
	{TokenMissing, "Identifiant d'accès absent", "Envoyez un jeton d'accès dans l'en-tête Authorization (Bearer) ou une clé d'API dans l'en-tête KeyId."},
	{TokenInvalid, "Identifiant d'accès non valable", "Ce jeton d'accès ou cette clé d'API n'est pas de cette plateforme, ou est abîmé. Demandez un nouveau jeton, ou vérifiez la clé."},
	{TokenExpired, "Jeton expiré", "Ce jeton d'accès a expiré. Demandez-en un nouveau ; les jetons vivent 3600 secondes."},
	{WrongChannel, "Identifiant de l'autre canal", "Cet identifiant appartient à l'autre canal. Ceux de SANDBOX ne servent que sur SANDBOX, ceux de PRODUCTION que sur PRODUCTION."},
	{CredentialDisabled, "Identifiant désactivé", "Cet identifiant a été désactivé, supprimé ou régénéré."},
	{ApplicationDisabled, "Application désactivée", "L'application a été désactivée. Son propriétaire peut la réactiver dans le portail."},
	{CredentialInQuery, "Identifiant dans l'adresse", "Un identifiant ne se met jamais dans l'adresse. Envoyez-le dans un en-tête, et régénérez-le : il a pu être enregistré."},
	{AuthorizationInvalid, "En-tête Authorization mal formé", "L'en-tête Authorization doit contenir Bearer, un espace et un jeton, une seule fois."},
	{PathInvalid, "Chemin non valable", "Le chemin de l'appel n'est pas sous sa forme canonique."},
	{QueryInvalid, "Paramètres non valables", "Les paramètres de l'appel ne sont pas lisibles."},
	{UpgradeRefused, "Changement de protocole refusé", "Cette plateforme ne change pas de protocole en cours d'appel."},
	{CredentialsMismatch, "Identifiants contradictoires", "Le jeton d'accès et la clé d'API appartiennent à deux applications."},
	{CredentialNotAccepted, "Type d'identifiant non admis", "Cette opération n'accepte pas ce type d'identifiant."},
	{APINotSubscribed, "API non souscrite", "L'application n'a pas accès à cette API. Demandez l'accès sur la page de l'API."},
	{RequestPending, "Demande en attente", "La demande d'accès à cette API n'est pas encore décidée."},
	{RequestRefused, "Demande refusée", "La demande d'accès à cette API a été refusée. Le motif se trouve dans le portail."},
	{AccessRevoked, "Accès retiré", "L'accès à cette API a été retiré. Le motif se trouve dans le portail."},
	{TermsNotAccepted, "Conditions de l'API non acceptées", "Les conditions de cette API ont changé. Acceptez-les dans le portail."},
	{ScopeMissing, "Droit manquant", "L'opération demande un droit que le jeton ou l'application n'a pas."},
	{OriginNotAllowed, "Origine non admise", "Cet identifiant n'admet pas d'appels d'un navigateur depuis cette origine."},
	{RouteUnknown, "API inconnue", "Aucune API n'est publiée sous ce chemin dans ce canal."},
	{OperationUnknown, "Opération inconnue", "L'API n'admet que ses opérations documentées, et ce chemin n'en est pas une."},
	{MethodNotAllowed, "Méthode non admise", "Cette méthode n'existe pas à cette adresse."},
	{VersionRetired, "Version retirée", "Cette version de l'API a été retirée. Sa page dans le portail nomme celle qui la remplace."},
	{BodyTooLarge, "Corps trop grand", "Le corps de la demande dépasse ce que la passerelle transmet (4 500 000 octets)."},
	{QuotaSecond, "Quota par seconde épuisé", "Le quota par seconde est épuisé. Attendez la seconde suivante."},
	{QuotaDay, "Quota du jour épuisé", "Le quota du jour est épuisé. Il repart à minuit UTC."},
	{Busy, "Trop d'appels simultanés", "Trop d'appels simultanés. Réessayez dans un instant."},
	{Unavailable, "Momentanément indisponible", "La plateforme n'a pas pu répondre. Réessayez dans un instant."},
	{BackendUnreachable, "Système du fournisseur injoignable", "Le système du fournisseur de l'API n'a pas pu être joint."},
	{BackendAnswerInvalid, "Réponse du fournisseur inutilisable", "Le système du fournisseur de l'API a donné une réponse abîmée ou trop grande."},
	{BackendTimeout, "Système du fournisseur trop lent", "Le système du fournisseur de l'API n'a pas répondu en 25 secondes."},
	{Internal, "Erreur interne", "Une erreur s'est produite de notre côté. Donnez l'identifiant de corrélation au support."},

	{BadRequest, "Demande incompréhensible", "La demande n'a pas pu être comprise."},
	{Validation, "Valeurs non valables", "Certaines valeurs ne sont pas valables."},
	{Unsupported, "Type de contenu non admis", "Le type de contenu de la demande n'est pas admis ici."},
	{NotFound, "Introuvable", "Il n'y a rien ici que vous puissiez voir."},
	{Forbidden, "Non autorisé", "Vous ne pouvez pas faire cela."},
	{Conflict, "Conflit", "Ce n'est pas possible dans l'état actuel. Relisez, puis décidez."},
	{TooManyTries, "Trop de tentatives", "Trop de tentatives. Attendez avant la suivante."},
	{SignInRequired, "Connexion nécessaire", "Connectez-vous d'abord."},

	{SignInFailed, "Connexion refusée", "L'adresse ou le mot de passe est faux, ou le compte ne peut pas encore être utilisé."},
	{OriginRefused, "Origine étrangère", "Cet appel modifie quelque chose et ne vient pas d'une page du portail."},
	{CaptchaRequired, "Captcha demandé", "Résolvez le captcha et envoyez de nouveau le formulaire."},
	{CaptchaInvalid, "Captcha non valable", "La solution du captcha est fausse, a expiré ou a déjà servi. Résolvez-en un nouveau."},
	{PortalTermsNotAccepted, "Conditions du portail non acceptées", "Acceptez d'abord les conditions actuelles du portail."},
	{TermsOutdated, "Conditions modifiées", "Ce ne sont plus les conditions actuelles du portail. Lisez les nouvelles."},
	{PasswordChangeRequired, "Changement de mot de passe demandé", "Votre mot de passe a été choisi par quelqu'un d'autre. Choisissez d'abord le vôtre."},
	{PasswordWrong, "Mot de passe faux", "Ce mot de passe n'est pas le bon."},
	{LinkInvalid, "Lien non valable", "Ce lien a déjà servi, a expiré ou a été remplacé par un plus récent. Demandez-en un nouveau."},
	{IdempotencyKeyMissing, "Clé d'idempotence absente", "Envoyez l'en-tête Idempotency-Key, de 16 à 64 lettres, chiffres, - ou _."},
	{IdempotencyConflict, "Clé d'idempotence déjà utilisée", "Cette clé d'idempotence a servi à une autre demande. Prenez-en une nouvelle."},
	{OrganisationCodeInvalid, "Code d'organisation non valable", "Aucune organisation ne peut être rejointe avec ce code. Demandez le code actuel à son administrateur."},
	{AlreadyMember, "Déjà membre", "Vous êtes déjà membre de cette organisation."},
	{DefaultOrganisation, "Organisation par défaut", "Tout le monde fait partie de l'organisation par défaut ; on ne peut pas la quitter."},
	{SoleAdministrator, "Seul administrateur", "Vous êtes le seul administrateur de cette organisation. Nommez-en d'abord un autre."},
	{SoleOwner, "Seul propriétaire", "Vous êtes le seul propriétaire d'une application de production active. Transférez-la d'abord."},
	{AccountDeletionBlocked, "Compte non supprimable pour l'instant", "Quelque chose ne dépend que de vous. Transmettez-le d'abord."},
	{SecretAlreadyShown, "Secret déjà affiché", "Un secret n'est affiché qu'une fois. Régénérez-le pour en obtenir un nouveau."},
}

// FrenchDocument renders the error in French. Sentences that were written for one case exist in English only: the code's
// own takes their place.
func (e *Error) FrenchDocument(pages, correlationID string) Document {
	d := e.Document(pages, correlationID)
	d.Title, d.Detail = frenchOf(d.Code)
	for i := range d.Errors {
		d.Errors[i].Detail = frenchFieldSentence(d.Errors[i].Code)
	}
	return d
}

func frenchOf(code Code) (title, detail string) {
	for i := range french {
		if french[i].code == code {
			return french[i].title, french[i].detail
		}
	}
	return frenchOf(Internal)
}

func frenchFieldSentence(code Code) string {
	for i := range fieldTable {
		if fieldTable[i].Code == code {
			return fieldTable[i].French
		}
	}
	_, detail := frenchOf(code)
	return detail
}
