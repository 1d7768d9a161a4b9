package main

import "guichet/shared/problem"

// explanation is what the page of a code says beyond the code's own English title and sentence, in both languages.
type explanation struct {
	code problem.Code
	// title is the French title.
	title string
	// Why it happens, and what to do.
	causeFR, adviceFR string
	causeEN, adviceEN string
}

// explanations has every code of problem.Table; a test holds it. A static array: nothing of it is built at start.
var explanations = [...]explanation{
	{
		problem.TokenMissing, "Identification absente",
		"L'appel ne porte ni jeton d'accès ni clé d'API.",
		"Demandez un jeton au service de jetons (POST /api/oauth/token) et envoyez-le dans l'en-tête Authorization: Bearer, ou envoyez la clé d'API dans l'en-tête KeyId.",
		"The call carries neither an access token nor an API key.",
		"Get a token from the token endpoint (POST /api/oauth/token) and send it in the header Authorization: Bearer, or send the API key in the header KeyId.",
	},
	{
		problem.TokenInvalid, "Identification non valide",
		"Le jeton ou la clé n'a pas été émis par cette plateforme, ou a été altéré : tronqué, modifié, entouré de guillemets ou de blancs.",
		"Envoyez le jeton exactement comme il a été reçu (60 caractères ou plus), ou demandez-en un nouveau. Pour une clé d'API, vérifiez-la ou régénérez-la dans le portail.",
		"The token or key was not issued by this platform, or was damaged: cut off, changed, put in quotes or blanks.",
		"Send the token exactly as it was received (60 characters or more), or get a new one. For an API key, check it or regenerate it in the portal.",
	},
	{
		problem.TokenExpired, "Jeton expiré",
		"Un jeton d'accès vit 3600 secondes ; celui-ci a expiré.",
		"Demandez un nouveau jeton. Un programme garde le jeton le temps indiqué par expires_in, puis en redemande un ; il n'en demande pas un par appel.",
		"An access token lives for 3600 seconds; this one has expired.",
		"Get a new token. A program keeps the token for the time that expires_in says, then asks for another; it does not ask for one per call.",
	},
	{
		problem.WrongChannel, "Identification de l'autre environnement",
		"SANDBOX et PRODUCTION sont séparés : ce jeton ou cette clé appartient à l'autre environnement.",
		"Demandez le jeton et appelez l'API à la même adresse de base, celle de l'environnement de l'application.",
		"SANDBOX and PRODUCTION are separate: this token or key belongs to the other one.",
		"Get the token and call the API under the same base address, the one of the application's environment.",
	},
	{
		problem.CredentialDisabled, "Identification inactive",
		"L'identifiant avec lequel le jeton a été obtenu, ou la clé d'API, a été désactivé, supprimé ou régénéré. Les jetons déjà émis cessent alors de fonctionner.",
		"Demandez un jeton avec un identifiant actif de l'application, ou réactivez celui-ci dans le portail.",
		"The credential that the token was got with, or the API key, was disabled, deleted or regenerated. Tokens that were issued before then stop working.",
		"Get a token with an active credential of the application, or enable this one in the portal.",
	},
	{
		problem.ApplicationDisabled, "Application inactive",
		"L'application est désactivée ou supprimée ; aucun de ses identifiants ne fonctionne.",
		"Son propriétaire peut la réactiver dans le portail.",
		"The application is disabled or deleted; none of its credentials works.",
		"Its owner can enable it in the portal.",
	},
	{
		problem.CredentialInQuery, "Secret dans l'adresse",
		"Un jeton, une clé ou un secret a été envoyé dans la partie de l'adresse qui suit le point d'interrogation. Navigateurs, mandataires et journaux la conservent.",
		"Envoyez-le dans un en-tête, et remplacez-le : il n'est plus secret.",
		"A token, key or secret was sent in the part of the address after the question mark. Browsers, proxies and logs keep it.",
		"Send it in a header, and replace it: it is no longer secret.",
	},
	{
		problem.AuthorizationInvalid, "En-tête Authorization incompris",
		"L'en-tête Authorization est répété, ou n'a pas la forme Bearer, un blanc, le jeton.",
		"Envoyez un seul en-tête Authorization de cette forme. Basic ne sert qu'au service de jetons.",
		"The Authorization header is repeated, or does not have the form Bearer, one blank, the token.",
		"Send exactly one Authorization header of that form. Basic is for the token endpoint only.",
	},
	{
		problem.PathInvalid, "Chemin non canonique",
		"Le chemin contient un caractère, un codage %XX ou un segment (. ou ..) que des serveurs lisent différemment ; le laisser passer permettrait de contourner un droit.",
		"Codez chaque caractère une seule fois, en hexadécimal majuscule, et seulement s'il le faut. N'envoyez ni %2F, ni point-virgule, ni segment de points.",
		"The path holds a character, a %XX escape or a segment (. or ..) that servers read in different ways; letting it pass would be a way around rights.",
		"Escape each character once, with upper-case hexadecimal digits, and only where needed. Send no %2F, no semicolon and no dot segment.",
	},
	{
		problem.QueryInvalid, "Paramètres d'adresse illisibles",
		"Les paramètres après le point d'interrogation contiennent des caractères de contrôle ou des octets qui ne sont pas de l'UTF-8.",
		"Codez les paramètres en UTF-8, puis en %XX.",
		"The parameters after the question mark hold control characters, or bytes that are not UTF-8.",
		"Encode parameters as UTF-8, then as %XX.",
	},
	{
		problem.UpgradeRefused, "Changement de protocole refusé",
		"L'appel demande un autre protocole (en-tête Upgrade : WebSocket, h2c) ou emploie TRACE ou CONNECT.",
		"Appelez en HTTP simple. Certaines bibliothèques ajoutent Upgrade d'elles-mêmes : réglez-les sur HTTP/1.1.",
		"The call asks for another protocol (header Upgrade: WebSocket, h2c), or uses TRACE or CONNECT.",
		"Call with plain HTTP. Some libraries add Upgrade by themselves: set them to HTTP/1.1.",
	},
	{
		problem.CredentialsMismatch, "Identifiants de deux applications",
		"Le jeton d'accès et la clé d'API de l'appel appartiennent à deux applications différentes.",
		"N'envoyez que l'un des deux, ou les deux de la même application.",
		"The access token and the API key of the call belong to two different applications.",
		"Send one of them only, or both of the same application.",
	},
	{
		problem.CredentialNotAccepted, "Mode d'identification non accepté",
		"Cette API, ou cette opération, n'accepte pas ce mode d'identification : jeton d'accès ou clé d'API.",
		"La page de l'API dans le portail dit lequel elle accepte.",
		"This API, or this operation, does not accept this kind of credential: access token or API key.",
		"The page of the API in the portal says which one it accepts.",
	},
	{
		problem.APINotSubscribed, "API non souscrite",
		"L'application n'a pas accès à cette API dans cet environnement.",
		"Liez l'API à l'application dans le portail ; si elle demande une habilitation, déposez une demande d'accès.",
		"The application has no access to this API in this environment.",
		"Link the API to the application in the portal; if it needs an approval, submit an access request.",
	},
	{
		problem.RequestPending, "Demande d'accès en attente",
		"La demande d'accès de l'application à cette API n'a pas encore été examinée.",
		"Attendez la décision : elle est annoncée par courriel et visible dans le portail.",
		"The access request of the application to this API has not been decided yet.",
		"Wait for the decision: it is announced by mail and shown in the portal.",
	},
	{
		problem.RequestRefused, "Demande d'accès refusée",
		"Le fournisseur de l'API a refusé la demande d'accès de l'application.",
		"Le portail montre le motif ; une nouvelle demande peut en tenir compte.",
		"The provider of the API refused the access request of the application.",
		"The portal shows the reason; a new request can take it into account.",
	},
	{
		problem.AccessRevoked, "Accès retiré",
		"Le fournisseur de l'API a retiré l'accès de l'application.",
		"Le portail montre le motif et à qui écrire.",
		"The provider of the API revoked the access of the application.",
		"The portal shows the reason, and whom to write to.",
	},
	{
		problem.TermsNotAccepted, "Conditions non acceptées",
		"Les conditions d'utilisation de l'API ont changé et la date limite pour les accepter est passée.",
		"Lisez-les et acceptez-les dans le portail, sur la page de l'API.",
		"The terms of the API have changed, and the date until which they could be accepted has passed.",
		"Read and accept them in the portal, on the page of the API.",
	},
	{
		problem.ScopeMissing, "Droit absent",
		"L'opération demande un droit (scope) que cet identifiant n'a pas, ou que le jeton n'a pas demandé.",
		"Demandez un jeton sans préciser de scope, ou avec celui qu'il faut. Si l'application ne l'a pas, déposez une demande d'accès à ce droit.",
		"The operation needs a right (scope) that this credential does not have, or that the token did not ask for.",
		"Get a token without naming scopes, or with the one that is needed. If the application does not have it, submit an access request for it.",
	},
	{
		problem.OriginNotAllowed, "Origine web non autorisée",
		"L'appel vient d'une page web dont l'origine n'est pas déclarée pour cet identifiant.",
		"Ajoutez l'origine (https://hôte) aux origines JavaScript de l'identifiant, dans le portail.",
		"The call comes from a web page whose origin is not declared for this credential.",
		"Add the origin (https://host) to the JavaScript origins of the credential, in the portal.",
	},
	{
		problem.RouteUnknown, "API inconnue",
		"Aucune API n'est publiée sous ce chemin dans cet environnement.",
		"Comparez le chemin avec l'adresse de base que montre la page de l'API. Une API peut être publiée en SANDBOX et pas encore en PRODUCTION.",
		"No API is published under this path in this environment.",
		"Compare the path with the base address that the page of the API shows. An API may be published in SANDBOX and not yet in PRODUCTION.",
	},
	{
		problem.OperationUnknown, "Opération inconnue",
		"L'API n'admet que ses opérations documentées, et ce chemin n'en est pas une.",
		"Comparez le chemin avec la documentation de l'API.",
		"The API admits its documented operations only, and this path is none of them.",
		"Compare the path with the documentation of the API.",
	},
	{
		problem.MethodNotAllowed, "Méthode non autorisée",
		"L'API ne documente pas cette méthode pour ce chemin.",
		"L'en-tête Allow de la réponse donne les méthodes admises.",
		"The API does not document this method for this path.",
		"The header Allow of the answer lists the methods that are admitted.",
	},
	{
		problem.VersionRetired, "Version retirée",
		"Cette version de l'API n'est plus en service.",
		"La réponse et la page de l'API nomment la version qui la remplace.",
		"This version of the API is no longer in service.",
		"The answer and the page of the API name the version that replaces it.",
	},
	{
		problem.BodyTooLarge, "Corps trop grand",
		"Le corps de la requête dépasse 4 500 000 octets.",
		"Envoyez les données en plusieurs appels, ou compressées si l'API l'accepte.",
		"The body of the request is larger than 4,500,000 bytes.",
		"Send the data in several calls, or compressed if the API accepts it.",
	},
	{
		problem.QuotaSecond, "Quota par seconde épuisé",
		"L'application a fait, dans cette seconde, tous les appels que son quota permet. L'appel refusé n'est pas compté.",
		"Attendez le temps donné par Retry-After. Les en-têtes RateLimit disent ce qui reste ; un quota plus élevé se demande dans le portail.",
		"Within this second, the application has made all the calls that its quota allows. The refused call is not counted.",
		"Wait for the time that Retry-After gives. The RateLimit headers say what is left; a higher quota can be requested in the portal.",
	},
	{
		problem.QuotaDay, "Quota par jour épuisé",
		"L'application a fait aujourd'hui tous les appels que son quota permet. Les jours commencent à minuit UTC.",
		"Reprenez après le temps donné par Retry-After, ou demandez un quota plus élevé dans le portail.",
		"The application has made all the calls of today that its quota allows. Days begin at midnight UTC.",
		"Go on after the time that Retry-After gives, or request a higher quota in the portal.",
	},
	{
		problem.Busy, "Trop d'appels simultanés",
		"Trop d'appels de l'application arrivent au même instant.",
		"Réessayez après le temps donné par Retry-After, et étalez les appels.",
		"Too many calls of the application arrive at the same moment.",
		"Try again after the time that Retry-After gives, and spread the calls.",
	},
	{
		problem.Unavailable, "Indisponible pour l'instant",
		"La plateforme n'a pas pu décider de cet appel ; dans le doute, elle ne le laisse pas passer.",
		"Réessayez un peu plus tard. Si cela dure, donnez l'identifiant de corrélation au support.",
		"The platform could not decide on this call; in doubt, it lets none pass.",
		"Try again a little later. If it lasts, give the correlation id to the support.",
	},
	{
		problem.BackendUnreachable, "Fournisseur injoignable",
		"La plateforme n'a pas pu se connecter au système du fournisseur de l'API. L'appel ne lui est pas parvenu.",
		"Réessayez plus tard. La page de l'API montre son état.",
		"The platform could not connect to the system of the API's provider. The call did not reach it.",
		"Try again later. The page of the API shows its state.",
	},
	{
		problem.BackendAnswerInvalid, "Réponse du fournisseur inutilisable",
		"Le système du fournisseur a interrompu sa réponse, a répondu autre chose que du HTTP, ou plus de 4 500 000 octets. Il a pu traiter l'appel.",
		"Demandez moins de données à la fois. Avant de refaire une écriture, vérifiez si elle a eu lieu.",
		"The system of the provider broke off its answer, answered something that is not HTTP, or more than 4,500,000 bytes. It may have processed the call.",
		"Ask for less at once. Before repeating a write, check whether it took place.",
	},
	{
		problem.BackendTimeout, "Fournisseur trop lent",
		"Le système du fournisseur n'a pas fini de répondre en 25 secondes. Il a pu traiter l'appel.",
		"Réessayez plus tard, ou demandez moins à la fois. Avant de refaire une écriture, vérifiez si elle a eu lieu.",
		"The system of the provider did not finish its answer within 25 seconds. It may have processed the call.",
		"Try again later, or ask for less at once. Before repeating a write, check whether it took place.",
	},
	{
		problem.Internal, "Erreur interne",
		"Quelque chose a échoué de notre côté.",
		"Donnez l'identifiant de corrélation au support ; il permet de retrouver l'appel.",
		"Something went wrong on our side.",
		"Give the correlation id to the support; the call can be found with it.",
	},
	{
		problem.BadRequest, "Requête incomprise",
		"La requête n'a pas la forme attendue.",
		"Comparez-la avec la documentation.",
		"The request does not have the expected form.",
		"Compare it with the documentation.",
	},
	{
		problem.Validation, "Valeurs non valides",
		"Certaines valeurs ne sont pas valides ; la liste errors de la réponse les nomme.",
		"Corrigez-les et renvoyez la requête.",
		"Some values are not valid; the list errors of the answer names them.",
		"Correct them and send the request again.",
	},
	{
		problem.Unsupported, "Type de contenu non accepté",
		"Le type du corps de la requête (Content-Type) n'est pas accepté ici.",
		"Envoyez le type que la documentation demande.",
		"The type of the request's body (Content-Type) is not accepted here.",
		"Send the type that the documentation asks for.",
	},
	{
		problem.NotFound, "Introuvable",
		"Il n'y a rien à cette adresse que vous puissiez voir.",
		"Vérifiez l'adresse, et avec quel compte vous êtes connecté.",
		"There is nothing at this address that you may see.",
		"Check the address, and which account you are signed in with.",
	},
	{
		problem.Forbidden, "Action non permise",
		"Votre rôle ne permet pas cette action.",
		"Demandez à un administrateur de l'organisation.",
		"Your role does not allow this act.",
		"Ask an administrator of the organisation.",
	},
	{
		problem.Conflict, "État incompatible",
		"L'action n'est pas possible dans l'état actuel, qui a peut-être changé entre-temps.",
		"Relisez, puis décidez.",
		"This is not possible in the current state, which may have changed meanwhile.",
		"Read again, then decide.",
	},
	{
		problem.TooManyTries, "Trop de tentatives",
		"Trop de tentatives ont été faites en peu de temps.",
		"Attendez le temps donné par Retry-After.",
		"Too many attempts were made in a short time.",
		"Wait for the time that Retry-After gives.",
	},
	{
		problem.SignInRequired, "Connexion nécessaire",
		"Cette adresse du portail demande d'être connecté.",
		"Connectez-vous, puis recommencez.",
		"This address of the portal needs a signed-in person.",
		"Sign in, then try again.",
	},
}

// explained returns the explanation of a code.
func explained(code problem.Code) (*explanation, bool) {
	for i := range explanations {
		if explanations[i].code == code {
			return &explanations[i], true
		}
	}
	return nil, false
}
