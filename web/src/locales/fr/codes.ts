// Generated from shared/problem/codes.yaml (make generate): edit that file instead.

/** The texts of every code. */
export const code = {
  token_missing: {
    title: 'Identifiants absents',
    what: 'L’appel ne porte ni jeton d’accès ni clé d’API.',
    advice: 'Envoyez un jeton d’accès dans l’en-tête Authorization (Bearer, un espace, le jeton), ou une clé d’API dans l’en-tête KeyId.',
  },
  token_invalid: {
    title: 'Identifiants non reconnus',
    what: 'Ce jeton d’accès ou cette clé d’API n’a pas été émis par cette plateforme ou a été altéré.',
    advice: 'Envoyez-le exactement comme vous l’avez reçu, sans espace ni guillemets ; sinon demandez un nouveau jeton, ou vérifiez la clé dans le portail.',
  },
  token_expired: {
    title: 'Jeton expiré',
    what: 'Ce jeton d’accès a expiré ; sa durée de vie est de 3600 secondes.',
    advice: 'Demandez-en un nouveau au serveur de jetons. Un programme garde son jeton pendant la durée donnée par expires_in, puis en demande un autre.',
  },
  wrong_channel: {
    title: 'Identifiants d’un autre environnement',
    what: 'Ces identifiants appartiennent à l’autre environnement. SANDBOX et PRODUCTION sont séparés.',
    advice: 'Utilisez l’URL du jeton et l’URL de base des API de l’environnement de l’application.',
  },
  credential_disabled: {
    title: 'Identifiant inactif',
    what: 'Cet identifiant a été désactivé, supprimé ou régénéré, ou son secret n’a pas encore été affiché. Les jetons obtenus avec lui ne fonctionnent plus.',
    advice: 'Ouvrez l’application dans le portail et utilisez un identifiant actif.',
  },
  application_disabled: {
    title: 'Application inactive',
    what: 'L’application qui appelle est désactivée ou supprimée ; aucun de ses identifiants ne fonctionne.',
    advice: 'Son propriétaire peut la réactiver dans le portail.',
  },
  credential_in_query: {
    title: 'Identifiants dans l’URL',
    what: 'Un jeton, une clé ou un secret a été envoyé dans les paramètres de l’URL, que les journaux et les serveurs mandataires conservent.',
    advice: 'Envoyez-le dans un en-tête ou dans le corps de la requête, et remplacez-le, car il n’est plus secret.',
  },
  authorization_malformed: {
    title: 'En-tête Authorization mal formé',
    what: 'L’en-tête Authorization est répété ou n’a pas la forme attendue.',
    advice: 'Envoyez-le une seule fois, avec le mot Bearer, un espace, puis le jeton. Basic ne sert qu’au serveur de jetons.',
  },
  path_invalid: {
    title: 'Chemin non valide',
    what: 'Le chemin contient un caractère, un échappement ou un segment de points que les serveurs interprètent différemment, ou il est trop long.',
    advice: 'Échappez chaque caractère une seule fois, en UTF-8, sans segment de points, sans barre oblique échappée et sans point-virgule.',
  },
  query_invalid: {
    title: 'Paramètres de l’URL non valides',
    what: 'Les paramètres de l’URL contiennent des caractères qui ne peuvent pas être transmis.',
    advice: 'Encodez chaque nom et chaque valeur en UTF-8 avec les échappements d’URL.',
  },
  upgrade_refused: {
    title: 'Changement de protocole refusé',
    what: 'La passerelle ne transmet que des requêtes HTTP ordinaires : ni WebSocket, ni TRACE, ni CONNECT.',
    advice: 'Appelez l’API par une requête HTTP ordinaire.',
  },
  credentials_mismatch: {
    title: 'Identifiants de deux applications',
    what: 'Le jeton d’accès et la clé d’API envoyés ensemble appartiennent à deux applications différentes.',
    advice: 'N’envoyez que l’un des deux, ou les deux de la même application.',
  },
  credential_not_accepted: {
    title: 'Type d’identifiant non accepté',
    what: 'Cette API n’accepte pas ce type d’identifiant.',
    advice: 'Utilisez l’autre type, un jeton d’accès au lieu d’une clé d’API ou l’inverse. La page de l’API dans le portail indique lequel elle accepte.',
  },
  api_not_subscribed: {
    title: 'API non souscrite',
    what: 'L’application n’a pas souscrit à cette API.',
    advice: 'Liez l’API à l’application dans le portail, ou demandez-en l’accès.',
  },
  request_pending: {
    title: 'Demande d’accès en attente',
    what: 'La demande d’accès de l’application à cette API n’a pas encore reçu de décision.',
    advice: 'Attendez la décision. Elle est annoncée par courriel et affichée dans le portail.',
  },
  request_refused: {
    title: 'Demande d’accès refusée',
    what: 'Le fournisseur de l’API a refusé la demande d’accès de l’application.',
    advice: 'Le portail affiche le motif. Une nouvelle demande peut en tenir compte.',
  },
  access_revoked: {
    title: 'Accès révoqué',
    what: 'Le fournisseur de l’API a révoqué l’accès de l’application.',
    advice: 'Le portail affiche le motif. Faites une nouvelle demande si l’accès reste nécessaire.',
  },
  tos_not_accepted: {
    title: 'Conditions de l’API non acceptées',
    what: 'Les conditions d’utilisation de cette API ont changé et la date limite pour les accepter est passée.',
    advice: 'Un membre de l’application les accepte dans le portail. Les appels reprennent aussitôt.',
  },
  scope_missing: {
    title: 'Droit manquant',
    what: 'L’opération exige un droit (scope) que cet identifiant n’a pas, ou avec lequel le jeton n’a pas été demandé.',
    advice: 'Demandez un jeton sans préciser de scope, ou avec celui qu’il faut. Si l’application ne l’a pas, demandez l’accès à ce droit.',
  },
  origin_not_allowed: {
    title: 'Origine web non autorisée',
    what: 'L’appel vient d’une page web dont l’origine n’est pas autorisée pour cet identifiant.',
    advice: 'Ajoutez l’origine (https://hôte) aux origines JavaScript de l’identifiant dans le portail, ou appelez l’API depuis votre serveur.',
  },
  route_unknown: {
    title: 'API inconnue',
    what: 'Aucune API n’est publiée à ce chemin dans cet environnement.',
    advice: 'Comparez le chemin avec l’URL de base affichée sur la page de l’API. Une API peut être publiée dans un environnement et pas encore dans l’autre.',
  },
  operation_unknown: {
    title: 'Opération inconnue',
    what: 'L’API n’accepte que ses opérations documentées, et ce chemin n’en est pas une.',
    advice: 'Comparez le chemin avec la documentation de l’API. Une barre oblique en trop suffit à le rendre inconnu.',
  },
  method_not_allowed: {
    title: 'Méthode non autorisée',
    what: 'Ce chemin n’accepte pas cette méthode HTTP.',
    advice: 'L’en-tête Allow de la réponse et la documentation donnent les méthodes acceptées.',
  },
  version_retired: {
    title: 'Version retirée',
    what: 'Cette version de l’API n’est plus en service.',
    advice: 'Passez à la version qui lui succède. La réponse et la page de l’API la nomment.',
  },
  body_too_large: {
    title: 'Corps trop volumineux',
    what: 'Le corps de la requête dépasse ce que la plateforme accepte (4 500 000 octets).',
    advice: 'Envoyez moins de données à la fois, ou envoyez-les compressées si l’API l’accepte.',
  },
  quota_second: {
    title: 'Quota par seconde épuisé',
    what: 'L’application a atteint son quota d’appels pour cette seconde. L’appel refusé n’est pas compté.',
    advice: 'Attendez le temps indiqué par Retry-After et étalez vos appels. Un quota plus élevé peut être demandé dans le portail.',
  },
  quota_day: {
    title: 'Quota journalier épuisé',
    what: 'L’application a atteint son quota d’appels de la journée. Le compteur est remis à zéro à minuit (UTC).',
    advice: 'Attendez le temps indiqué par Retry-After. Un quota plus élevé peut être demandé dans le portail.',
  },
  busy: {
    title: 'Trop d’appels simultanés',
    what: 'Trop d’appels arrivent au même instant.',
    advice: 'Attendez le temps indiqué par Retry-After, et limitez le nombre d’appels simultanés.',
  },
  unavailable: {
    title: 'Momentanément indisponible',
    what: 'La plateforme n’a pas pu traiter cette demande.',
    advice: 'Réessayez dans quelques secondes. Si le problème persiste, donnez l’identifiant de corrélation au support.',
  },
  backend_unreachable: {
    title: 'Fournisseur injoignable',
    what: 'Le système du fournisseur de l’API n’a pas pu être joint. L’appel ne lui est pas parvenu.',
    advice: 'Réessayez plus tard. Si le problème persiste, prévenez le fournisseur de l’API.',
  },
  backend_answer_invalid: {
    title: 'Réponse du fournisseur inutilisable',
    what: 'Le système du fournisseur a envoyé une réponse incomplète, qui n’est pas du HTTP, ou de plus de 4 500 000 octets. Il a pu traiter l’appel.',
    advice: 'Demandez moins de données à la fois. Avant de refaire une écriture, vérifiez si elle a eu lieu.',
  },
  backend_timeout: {
    title: 'Fournisseur trop lent',
    what: 'Le système du fournisseur n’a pas répondu en 25 secondes. Il a pu traiter l’appel.',
    advice: 'Réessayez plus tard, ou demandez moins de données à la fois. Avant de refaire une écriture, vérifiez si elle a eu lieu.',
  },
  internal: {
    title: 'Erreur interne',
    what: 'Une erreur s’est produite de notre côté.',
    advice: 'Réessayez. Si le problème persiste, donnez l’identifiant de corrélation au support.',
  },
  bad_request: {
    title: 'Requête non comprise',
    what: 'La requête n’a pas la forme attendue.',
    advice: 'Comparez son adresse, ses en-têtes et son corps JSON avec la documentation.',
  },
  validation: {
    title: 'Valeurs à corriger',
    what: 'Une ou plusieurs valeurs ne sont pas acceptées.',
    advice: 'Corrigez les champs signalés, puis envoyez de nouveau.',
  },
  unsupported_media_type: {
    title: 'Type de contenu non accepté',
    what: 'Le corps de la requête n’est pas dans un format accepté ici.',
    advice: 'Envoyez le Content-Type indiqué par la documentation, en général application/json.',
  },
  not_found: {
    title: 'Introuvable',
    what: 'Cet élément n’existe pas, ou vous n’y avez pas accès.',
    advice: 'Vérifiez l’adresse et le compte avec lequel vous êtes connecté, ou demandez l’accès à la personne qui vous l’a communiquée.',
  },
  forbidden: {
    title: 'Action non autorisée',
    what: 'Vous n’êtes pas autorisé à effectuer cette action.',
    advice: 'Demandez-la à une personne qui en a le droit, par exemple l’administrateur de votre organisation.',
  },
  conflict: {
    title: 'Impossible dans l’état actuel',
    what: 'L’état a changé entre-temps, et cette action n’est plus possible.',
    advice: 'Rechargez la page, puis décidez de nouveau.',
  },
  too_many_attempts: {
    title: 'Trop de tentatives',
    what: 'Trop de tentatives ont été faites en peu de temps.',
    advice: 'Attendez le temps indiqué avant la prochaine. Personne n’est bloqué définitivement.',
  },
  sign_in_required: {
    title: 'Connexion nécessaire',
    what: 'Vous devez être connecté pour voir cette page, ou votre session est terminée.',
    advice: 'Connectez-vous, et vous reviendrez où vous en étiez.',
  },
  sign_in_failed: {
    title: 'Connexion impossible',
    what: 'Adresse ou mot de passe incorrect, ou compte non confirmé.',
    advice: 'Vérifiez votre saisie. Vous pouvez aussi choisir un nouveau mot de passe, ou demander un nouveau message de confirmation.',
  },
  origin_refused: {
    title: 'Demande venue d’un autre site',
    what: 'Cette demande modifie quelque chose et ne vient pas d’une page du portail.',
    advice: 'Rechargez la page du portail et recommencez. Un programme envoie l’en-tête Origin du portail.',
  },
  captcha_required: {
    title: 'Vérification de sécurité demandée',
    what: 'Une vérification de sécurité est demandée pour protéger le compte.',
    advice: 'Effectuez la vérification dans le formulaire, puis envoyez de nouveau.',
  },
  captcha_invalid: {
    title: 'Vérification de sécurité expirée',
    what: 'La vérification de sécurité a échoué, a expiré ou a déjà servi.',
    advice: 'Elle a été relancée. Attendez qu’elle aboutisse, puis envoyez de nouveau.',
  },
  portal_terms_not_accepted: {
    title: 'Conditions du portail à accepter',
    what: 'Les conditions d’utilisation du portail n’ont pas encore été acceptées dans leur version actuelle.',
    advice: 'Lisez-les et acceptez-les pour continuer.',
  },
  terms_outdated: {
    title: 'Conditions modifiées entre-temps',
    what: 'Les conditions affichées ne sont plus les conditions en vigueur.',
    advice: 'Lisez la nouvelle version, puis acceptez-la.',
  },
  password_change_required: {
    title: 'Mot de passe à changer',
    what: 'Votre mot de passe a été créé par une autre personne.',
    advice: 'Choisissez le vôtre pour continuer.',
  },
  password_wrong: {
    title: 'Mot de passe incorrect',
    what: 'Mot de passe incorrect.',
    advice: 'Vérifiez votre saisie, puis réessayez.',
  },
  link_invalid: {
    title: 'Lien périmé',
    what: 'Ce lien a expiré, a déjà servi, ou a été remplacé par un lien plus récent.',
    advice: 'Demandez un nouveau message et utilisez le lien du dernier reçu.',
  },
  idempotency_key_missing: {
    title: 'Clé d’idempotence absente',
    what: 'Une requête qui crée quelque chose exige l’en-tête Idempotency-Key, de 16 à 64 lettres, chiffres, - ou _.',
    advice: 'Envoyez une valeur aléatoire, la même pour chaque nouvel essai de la même requête.',
  },
  idempotency_conflict: {
    title: 'Clé d’idempotence déjà utilisée',
    what: 'Cette clé d’idempotence a servi à une autre requête au cours des dernières 24 heures, ou la première est encore en cours.',
    advice: 'Attendez un instant, ou utilisez une nouvelle clé pour une nouvelle requête.',
  },
  organisation_code_invalid: {
    title: 'Code d’organisation non reconnu',
    what: 'Ce code n’est pas, ou n’est plus, celui d’une organisation.',
    advice: 'Demandez le code à jour à l’administrateur de votre organisation.',
  },
  already_member: {
    title: 'Déjà membre',
    what: 'Vous êtes déjà membre de cette organisation.',
    advice: 'Vous n’avez rien à faire. Elle figure dans votre profil.',
  },
  default_organisation: {
    title: 'Organisation ouverte à tous',
    what: 'Toute personne inscrite appartient à l’organisation ouverte à tous, qui ne peut pas être quittée.',
    advice: 'Pour ne plus y figurer, supprimez votre compte.',
  },
  sole_administrator: {
    title: 'Aucune autre personne n’administre l’organisation',
    what: 'Vous êtes la seule personne qui administre cette organisation.',
    advice: 'Nommez une autre personne, puis recommencez.',
  },
  sole_owner: {
    title: 'Aucun autre propriétaire',
    what: 'Vous êtes la seule personne propriétaire d’une application de production en service.',
    advice: 'Transférez l’application ou supprimez-la, puis recommencez.',
  },
  account_deletion_blocked: {
    title: 'Suppression du compte impossible',
    what: 'Vous êtes la seule personne qui administre une organisation, ou la seule propriétaire d’une application de production.',
    advice: 'Transférez les responsabilités indiquées, puis recommencez.',
  },
  secret_already_shown: {
    title: 'Secret déjà affiché',
    what: 'Ce secret a déjà été affiché. Seule son empreinte est conservée, il ne peut donc plus l’être.',
    advice: 'Retrouvez-le là où il a été rangé, ou régénérez-le pour en obtenir un nouveau.',
  },
};
