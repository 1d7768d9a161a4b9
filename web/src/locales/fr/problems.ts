import type { ProblemCode } from '../../api/problem';

interface Explained {
  title: string;
  /** What happened, in one sentence. */
  what: string;
  /** What to do. */
  advice: string;
}

/** Texts of the response codes. A code of the OpenAPI document without a text does not compile. */
export default {
  list: {
    title: 'Codes de réponse',
    lead: 'Chaque refus de la plateforme porte un code stable. Voici tous les codes, ce qu’ils veulent dire et ce qu’il faut faire.',
    filter: 'Filtrer',
    filterHelp: 'Par code, par statut HTTP ou par mot',
    count_one: '{{count}} code',
    count_many: '{{count}} codes',
    count_other: '{{count}} codes',
    noneTitle: 'Aucun code ne correspond',
    noneText: 'Essayez un seul mot, ou le statut HTTP (403, 429…).',
    origin: {
      call: 'Lors d’un appel d’API',
      portal: 'Dans le portail et son interface',
    },
  },
  page: {
    code: 'Code',
    status: 'Statut HTTP',
    origin: 'Provient de',
    from: { call: 'un appel d’API', portal: 'le portail et son interface' },
    todo: 'Que faire',
    example: 'À quoi ressemble la réponse',
    support:
      'Cela ne suffit pas ? Écrivez à l’assistance en donnant l’identifiant de corrélation (correlationId) de la réponse :',
    unknownTitle: 'Ce code n’existe pas',
    unknownText: 'Aucune réponse de la plateforme ne porte ce code. L’adresse a peut-être été mal copiée.',
    all: 'Voir tous les codes',
  },
  code: {
    token_missing: {
      title: 'Identification absente',
      what: 'L’appel ne porte ni jeton d’accès ni clé d’API.',
      advice: 'Ajoutez l’en-tête Authorization: Bearer suivi du jeton, ou l’en-tête KeyId avec votre clé d’API.',
    },
    token_invalid: {
      title: 'Identification non reconnue',
      what: 'Ce jeton ou cette clé n’est pas de cette plateforme, ou a été abîmé en chemin.',
      advice: 'Demandez un nouveau jeton, ou vérifiez que la clé a été copiée en entier, sans espace ni guillemets.',
    },
    token_expired: {
      title: 'Jeton expiré',
      what: 'Ce jeton d’accès a dépassé sa durée de vie, une heure.',
      advice:
        'Demandez-en un nouveau à l’adresse des jetons. Votre programme peut le faire dès que le délai expires_in est écoulé.',
    },
    wrong_channel: {
      title: 'Identification de l’autre environnement',
      what: 'Cet identifiant appartient à l’autre environnement : bac à sable et production sont séparés.',
      advice: 'Utilisez l’adresse qui correspond à votre application, ou une application de l’environnement que vous appelez.',
    },
    credential_disabled: {
      title: 'Identifiant désactivé',
      what: 'Cet identifiant a été désactivé, supprimé ou régénéré, ou son secret n’a pas encore été affiché.',
      advice: 'Ouvrez votre application dans le portail et utilisez un identifiant actif.',
    },
    application_disabled: {
      title: 'Application désactivée',
      what: 'L’application qui appelle est désactivée ou supprimée.',
      advice: 'Son propriétaire peut la réactiver depuis sa page dans le portail.',
    },
    credential_in_query: {
      title: 'Secret dans l’adresse',
      what: 'Un jeton, une clé ou un secret a été envoyé dans l’adresse, là où les journaux le conservent.',
      advice: 'Envoyez-le dans un en-tête ou dans le corps, et remplacez-le : il n’est plus secret.',
    },
    authorization_malformed: {
      title: 'En-tête Authorization non compris',
      what: 'L’en-tête Authorization n’a pas la forme attendue.',
      advice: 'Envoyez-le une seule fois : le mot Bearer, une espace, puis le jeton.',
    },
    path_invalid: {
      title: 'Chemin non canonique',
      what: 'Le chemin contient un caractère, un échappement ou un segment « . » ou « .. » qui n’est pas sous sa forme canonique.',
      advice: 'N’échappez chaque caractère qu’une fois, en hexadécimal majuscule, et seulement là où c’est nécessaire.',
    },
    query_invalid: {
      title: 'Paramètres non compris',
      what: 'La partie de l’adresse qui suit le point d’interrogation contient des caractères qui ne peuvent pas être transmis.',
      advice: 'Encodez chaque nom et chaque valeur en UTF-8 avec les échappements d’URL.',
    },
    upgrade_refused: {
      title: 'Changement de protocole refusé',
      what: 'La passerelle ne transmet que des requêtes HTTP ordinaires : ni WebSocket, ni h2c, ni TRACE, ni CONNECT.',
      advice: 'Appelez l’API par une requête HTTP ordinaire.',
    },
    credentials_mismatch: {
      title: 'Identifiants de deux applications',
      what: 'Le jeton et la clé d’API envoyés ensemble appartiennent à deux applications.',
      advice: 'N’envoyez que l’un des deux, ou les deux de la même application.',
    },
    credential_not_accepted: {
      title: 'Type d’identifiant non accepté',
      what: 'Cette API, ou cette opération, n’accepte pas ce type d’identifiant.',
      advice:
        'Essayez avec l’autre type : un jeton OAuth au lieu d’une clé d’API, ou l’inverse. La documentation de l’API dit lequel.',
    },
    api_not_subscribed: {
      title: 'API non souscrite',
      what: 'L’application n’a pas souscrit à cette API.',
      advice: 'Liez l’API à l’application dans le portail, ou demandez-en l’accès.',
    },
    request_pending: {
      title: 'Demande d’accès en cours',
      what: 'La demande d’accès de l’application à cette API n’a pas encore reçu de décision.',
      advice: 'Attendez la décision du fournisseur : elle vous est annoncée par courriel.',
    },
    request_refused: {
      title: 'Demande d’accès refusée',
      what: 'Le fournisseur a refusé l’accès de l’application à cette API.',
      advice: 'Lisez le motif dans le portail. Vous pouvez faire une nouvelle demande qui en tienne compte.',
    },
    access_revoked: {
      title: 'Accès retiré',
      what: 'Le fournisseur a retiré à l’application l’accès à cette API.',
      advice: 'Lisez le motif dans le portail, puis faites une nouvelle demande si l’accès reste nécessaire.',
    },
    tos_not_accepted: {
      title: 'Conditions de l’API à accepter',
      what: 'Les conditions d’utilisation de cette API ont changé.',
      advice: 'Un membre de l’application les accepte dans le portail ; les appels reprennent aussitôt.',
    },
    scope_missing: {
      title: 'Droit manquant',
      what: 'L’opération demande un droit (scope) que cet identifiant n’a pas.',
      advice: 'Demandez l’accès à ce droit. S’il est déjà accordé, demandez un nouveau jeton qui le contienne.',
    },
    origin_not_allowed: {
      title: 'Origine web non autorisée',
      what: 'L’appel vient d’un navigateur dont le site n’est pas autorisé pour cet identifiant.',
      advice: 'Ajoutez l’origine du site aux origines JavaScript de l’identifiant, ou appelez l’API depuis votre serveur.',
    },
    route_unknown: {
      title: 'API inconnue',
      what: 'Aucune API n’est publiée à ce chemin dans cet environnement.',
      advice: 'Vérifiez l’adresse de base de l’API, et que vous appelez le bon environnement.',
    },
    operation_unknown: {
      title: 'Opération inconnue',
      what: 'L’API existe, mais sa documentation ne connaît pas ce chemin.',
      advice: 'Comparez le chemin avec la documentation de l’API ; une barre oblique en trop suffit.',
    },
    method_not_allowed: {
      title: 'Méthode non admise',
      what: 'Ce chemin existe, mais pas avec cette méthode HTTP.',
      advice: 'L’en-tête Allow de la réponse, ou la documentation, donne les méthodes admises.',
    },
    version_retired: {
      title: 'Version retirée',
      what: 'Cette version de l’API n’est plus en service.',
      advice: 'Passez à la version qui lui succède, indiquée sur la page de l’API.',
    },
    body_too_large: {
      title: 'Corps trop volumineux',
      what: 'Le corps de la requête dépasse ce que la passerelle transmet, 4 500 000 octets.',
      advice: 'Envoyez moins de données à la fois.',
    },
    quota_second: {
      title: 'Quota par seconde épuisé',
      what: 'L’application a fait autant d’appels dans cette seconde que son quota l’admet.',
      advice: 'Attendez la seconde suivante ; l’en-tête Retry-After dit combien de temps. Étalez vos appels.',
    },
    quota_day: {
      title: 'Quota du jour épuisé',
      what: 'L’application a fait autant d’appels aujourd’hui que son quota l’admet.',
      advice: 'Le compte repart à minuit, heure universelle. Pour un quota plus large, contactez l’assistance.',
    },
    busy: {
      title: 'Trop d’appels simultanés',
      what: 'Trop d’appels de cette application arrivent au même instant.',
      advice: 'Réessayez dans un instant et limitez le nombre d’appels simultanés.',
    },
    unavailable: {
      title: 'Service momentanément indisponible',
      what: 'La plateforme n’a pas pu traiter cette demande.',
      advice: 'Réessayez dans quelques secondes.',
    },
    backend_unreachable: {
      title: 'Fournisseur injoignable',
      what: 'Le système du fournisseur de l’API n’a pas pu être joint.',
      advice: 'Réessayez plus tard. Si cela dure, prévenez le fournisseur de l’API.',
    },
    backend_answer_invalid: {
      title: 'Réponse du fournisseur inutilisable',
      what: 'Le système du fournisseur a donné une réponse incomplète, ou plus grande que 4 500 000 octets.',
      advice: 'Demandez moins de données à la fois. Si cela dure, prévenez le fournisseur de l’API.',
    },
    backend_timeout: {
      title: 'Fournisseur trop lent',
      what: 'Le système du fournisseur n’a pas répondu en 25 secondes.',
      advice: 'Réessayez plus tard, avec une demande plus légère si possible.',
    },
    internal: {
      title: 'Erreur interne',
      what: 'Quelque chose s’est mal passé de notre côté.',
      advice: 'Réessayez. Si cela continue, donnez l’identifiant de corrélation à l’assistance.',
    },
    bad_request: {
      title: 'Requête non comprise',
      what: 'La requête n’a pas la forme attendue.',
      advice: 'Vérifiez qu’elle est conforme à la documentation de l’interface : adresse, en-têtes, JSON.',
    },
    validation: {
      title: 'Valeurs à corriger',
      what: 'Une ou plusieurs valeurs ne sont pas admises.',
      advice: 'Corrigez les champs signalés, puis envoyez de nouveau.',
    },
    unsupported_media_type: {
      title: 'Type de contenu non admis',
      what: 'Le corps de la requête n’est pas dans un format admis ici.',
      advice: 'Envoyez du JSON avec l’en-tête Content-Type: application/json.',
    },
    not_found: {
      title: 'Introuvable',
      what: 'Il n’y a rien ici que vous puissiez voir.',
      advice: 'Vérifiez l’adresse, ou demandez l’accès à qui vous l’a donnée.',
    },
    forbidden: {
      title: 'Action non permise',
      what: 'Votre rôle ne permet pas cette action.',
      advice: 'Demandez-la à une personne qui en a le droit, comme l’administrateur de votre organisation.',
    },
    conflict: {
      title: 'Impossible dans l’état actuel',
      what: 'L’état a changé entre-temps, et l’action n’y est plus possible.',
      advice: 'Rechargez la page, puis décidez de nouveau.',
    },
    too_many_attempts: {
      title: 'Trop de tentatives',
      what: 'Trop de tentatives ont été faites en peu de temps.',
      advice: 'Attendez avant la prochaine. Personne n’est bloqué définitivement.',
    },
    sign_in_required: {
      title: 'Connexion nécessaire',
      what: 'Cette page demande d’être connecté, ou votre session est terminée.',
      advice: 'Connectez-vous : vous reviendrez où vous en étiez.',
    },
    sign_in_failed: {
      title: 'Connexion impossible',
      what: 'L’adresse et le mot de passe ne vont pas ensemble, ou le compte n’est pas ouvert.',
      advice: 'Vérifiez la saisie. Vous pouvez choisir un nouveau mot de passe, ou demander un nouveau message de confirmation.',
    },
    origin_refused: {
      title: 'Demande venue d’un autre site',
      what: 'Cette demande ne vient pas d’une page du portail.',
      advice: 'Rechargez la page du portail et recommencez. Un programme envoie l’en-tête Origin du portail.',
    },
    captcha_required: {
      title: 'Vérification anti-robot demandée',
      what: 'Après plusieurs échecs, une vérification anti-robot est demandée pour protéger le compte.',
      advice: 'Faites la vérification, qui vient d’apparaître dans le formulaire, puis envoyez de nouveau.',
    },
    captcha_invalid: {
      title: 'Vérification anti-robot expirée',
      what: 'La vérification anti-robot a expiré ou a déjà servi.',
      advice: 'Elle vient d’être relancée : attendez qu’elle aboutisse, puis envoyez de nouveau.',
    },
    portal_terms_not_accepted: {
      title: 'Conditions du portail à accepter',
      what: 'Les conditions d’utilisation du portail n’ont pas encore été acceptées dans leur version actuelle.',
      advice: 'Lisez-les et acceptez-les : le portail s’ouvre aussitôt.',
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
      what: 'Le mot de passe saisi n’est pas le bon.',
      advice: 'Vérifiez la saisie, puis réessayez.',
    },
    link_invalid: {
      title: 'Lien périmé',
      what: 'Ce lien a expiré, a déjà servi, ou un message plus récent l’a remplacé.',
      advice: 'Demandez un nouveau message.',
    },
    idempotency_key_missing: {
      title: 'Clé d’idempotence absente',
      what: 'Cette création demande un en-tête Idempotency-Key valide.',
      advice: 'Envoyez une valeur aléatoire de 16 à 64 caractères, la même pour chaque nouvel essai de la même création.',
    },
    idempotency_conflict: {
      title: 'Clé d’idempotence déjà utilisée',
      what: 'Cette clé d’idempotence a déjà servi pour une autre demande, ou la première est encore en cours.',
      advice: 'Attendez un instant, ou utilisez une nouvelle clé pour une nouvelle demande.',
    },
    organisation_code_invalid: {
      title: 'Code d’organisation non reconnu',
      what: 'Ce code n’est pas ou n’est plus celui d’une organisation.',
      advice: 'Demandez le code à jour à l’administrateur de votre organisation.',
    },
    already_member: {
      title: 'Déjà membre',
      what: 'Vous êtes déjà membre de cette organisation.',
      advice: 'Il n’y a rien à faire : elle figure dans votre profil.',
    },
    default_organisation: {
      title: 'Organisation commune à tous',
      what: 'Tout le monde appartient à l’organisation ouverte à tous ; elle ne peut pas être quittée.',
      advice: 'Pour ne plus y figurer, supprimez votre compte.',
    },
    sole_administrator: {
      title: 'Seul administrateur',
      what: 'Vous êtes le seul administrateur de cette organisation.',
      advice: 'Nommez un autre administrateur, puis recommencez.',
    },
    sole_owner: {
      title: 'Seul propriétaire',
      what: 'Vous êtes le seul propriétaire d’une application de production en service.',
      advice: 'Transférez l’application à une autre personne ou supprimez-la, puis recommencez.',
    },
    account_deletion_blocked: {
      title: 'Compte encore indispensable',
      what: 'Vous êtes le seul administrateur d’une organisation, ou le seul propriétaire d’une application de production.',
      advice: 'Transférez ces responsabilités, listées sur la page, puis recommencez.',
    },
    secret_already_shown: {
      title: 'Secret déjà affiché',
      what: 'Ce secret a déjà été affiché. Seule son empreinte est conservée : il ne peut plus l’être.',
      advice: 'Retrouvez-le là où il a été rangé. S’il est perdu, contactez l’assistance.',
    },
  } satisfies Record<ProblemCode, Explained>,
} as const;
