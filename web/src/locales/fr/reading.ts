/** Texts of the pages to read, in Markdown; names and addresses come from the configuration. */
export default {
  notFound: {
    title: 'Cette page n’existe pas',
    lead: 'L’adresse a peut-être été mal copiée, ou la page a été déplacée.',
    home: 'Aller à l’accueil',
    sitemap: 'Voir le plan du site',
  },
  sitemap: {
    title: 'Plan du site',
    lead: 'Toutes les pages que vous pouvez ouvrir.',
    start: 'Pour commencer',
    account: 'Compte',
    help: 'Aide',
    commitments: 'Nos engagements',
  },
  search: {
    title: 'Recherche',
    titleFor: 'Recherche : {{question}}',
    ask: 'Saisissez un ou plusieurs mots dans la zone de recherche de l’en-tête.',
    count_zero: 'Aucun résultat',
    count_one: '{{count}} résultat',
    count_many: '{{count}} résultats',
    count_other: '{{count}} résultats',
    noneTitle: 'Rien ne correspond',
    noneText: 'Essayez un seul mot, ou parcourez le plan du site.',
    sitemap: 'Voir le plan du site',
    about: {
      home: 'Ce qu’est le portail, comment ça marche, premiers pas',
      applications: 'Application de bac à sable, client id, secret, clé d’API, premier appel, curl',
      problems: 'Refus et erreurs : code, statut HTTP, que faire',
      search: 'Chercher dans les pages et les codes de réponse',
      sitemap: 'Toutes les pages du portail',
      legal: 'Éditeur, hébergeur, directeur de la publication',
      accessibility: 'Déclaration d’accessibilité, RGAA, signaler un défaut',
      conditions: 'CGU, conditions générales, données personnelles, RGPD',
      cookies: 'Cookie technique, traceurs',
      signUp: 'Inscription, s’inscrire, nouveau compte',
      signIn: 'Connexion, identifiant, mot de passe',
      forgotten: 'Réinitialiser le mot de passe',
      confirm: 'Lien d’inscription expiré, message non reçu',
      profile: 'Nom, adresse, langue',
      preferences: 'Abonnements, lettre d’information, enquêtes, alertes',
      password: 'Changer le mot de passe',
      sessions: 'Appareils connectés, terminer une session',
      organisations: 'Code d’organisation, rejoindre, quitter',
      data: 'Exporter mes données, supprimer mon compte',
    },
  },
  conditions: {
    title: 'Conditions d’utilisation',
    version: 'Version {{version}}, publiée le {{day}}',
  },
  legal: {
    title: 'Mentions légales',
    text: `## Éditeur

{{product}} est édité par {{publisher}}, {{publisherAddress}}.

Directeur de la publication : {{director}}.

## Hébergement

Le portail est hébergé par {{host}}, {{hostAddress}}.

## Données personnelles

Le responsable du traitement est {{controller}}, {{controllerAddress}}.

Les données que vous donnez à l’inscription (nom, adresse électronique, organisation) et celles que votre usage produit (sessions, applications, appels) servent à mettre à disposition les API du portail, à en assurer la sécurité et à vous informer. Elles ne sont ni vendues ni cédées.

- Votre compte est conservé tant que vous l’utilisez. Supprimé, il est effacé sous 30 jours.
- Un compte dont l’adresse n’est pas confirmée est effacé après 7 jours.
- La trace des actes d’administration est conservée sous une forme qui ne vous nomme plus.

Vous pouvez consulter, rectifier, exporter et supprimer vos données depuis [votre profil](/profile/data), retirer un consentement dans [vos préférences](/profile/preferences), ou écrire au délégué à la protection des données : {{protection}}. Vous pouvez aussi adresser une réclamation à l’autorité de contrôle, en France la CNIL.

## Propriété intellectuelle

Les textes et dessins du portail appartiennent à leur éditeur, sauf mention contraire. Chaque API est publiée par son fournisseur, sous les conditions qu’il indique.

## Liens

Les liens vers d’autres sites sont donnés pour votre information. Leur contenu relève de leurs éditeurs.

## Contact

Une question sur le portail : {{support}}.`,
  },
  cookies: {
    title: 'Gestion des cookies',
    text: `## Un seul cookie

{{product}} n’utilise qu’un cookie, technique, nommé \`__Host-session\`. Il garde votre session ouverte pendant que vous êtes connecté. Sans lui, il faudrait saisir votre mot de passe à chaque page.

- Il est posé à la connexion et retiré à la déconnexion.
- Il expire après 30 minutes sans activité, et dans tous les cas après 8 heures.
- Il ne contient qu’un numéro au hasard, illisible pour les programmes de la page, et n’est envoyé qu’à ce portail.

Un cookie strictement nécessaire ne demande pas de consentement. Vous pouvez le bloquer dans votre navigateur : vous ne pourrez alors plus vous connecter, mais les pages publiques restent lisibles.

## Aucun traceur

Il n’y a ni mesure d’audience, ni publicité, ni contenu d’un autre site. Aucune page n’envoie de demande à un tiers. La vérification anti-robot est un calcul que fait votre navigateur, sans service extérieur.

## Ce que retient votre navigateur

Trois choix restent dans votre navigateur, et n’en sortent pas : la langue, le thème clair ou sombre avec le langage des exemples, et le fait que vous avez lu l’avis sur les cookies. Effacez les données du site dans votre navigateur pour les oublier.

## Responsable du traitement

{{controller}}, {{controllerAddress}}. Délégué à la protection des données : {{protection}}.`,
  },
  accessibility: {
    title: 'Accessibilité',
    conformance: {
      full: `## État de conformité

{{product}} est **totalement conforme** au référentiel général d’amélioration de l’accessibilité (RGAA 4) et aux règles WCAG 2.2, niveau AA.`,
      partial: `## État de conformité

{{product}} est **partiellement conforme** au référentiel général d’amélioration de l’accessibilité (RGAA 4) et aux règles WCAG 2.2, niveau AA.`,
      not_assessed: `## État de conformité

La conformité de {{product}} au référentiel général d’amélioration de l’accessibilité (RGAA 4) et aux règles WCAG 2.2, niveau AA, n’a **pas encore été établie** par un audit indépendant.`,
    },
    audited: 'Dernier audit : {{day}}.',
    notAudited:
      'Le portail est construit selon ces règles et contrôlé automatiquement à chaque version, page par page, dans les deux langues et les deux thèmes.',
    text: `## Ce que nous faisons

- Tout s’utilise au clavier, dans un ordre logique, et l’élément actif se voit toujours.
- Les pages se lisent avec un lecteur d’écran : titres, régions, noms des commandes, annonce des résultats.
- Les textes ont un contraste d’au moins 4,5 pour 1, dans le thème clair comme dans le thème sombre. Aucune information ne tient à la seule couleur.
- Les pages restent lisibles agrandies à 200 % et sur un écran de 320 pixels.
- La vérification anti-robot ne demande ni de voir, ni d’entendre, ni de pointer.
- Une session qui va se terminer vous prévient et peut être prolongée.

## Signaler un défaut

Si vous ne parvenez pas à accéder à un contenu ou à un service, écrivez-nous : {{accessibility}}. Nous vous répondrons et vous donnerons l’information sous une autre forme.

## Voies de recours

Si vous avez signalé un défaut qui vous empêche d’accéder à un contenu ou à un service et n’avez pas obtenu de réponse satisfaisante, vous pouvez saisir le Défenseur des droits, par son formulaire en ligne, par l’un de ses délégués ou par courrier.

## Techniques utilisées

HTML, CSS, SVG, JavaScript et ARIA. Les essais sont faits avec des navigateurs récents, au clavier, avec agrandissement et avec des outils d’analyse automatique.`,
  },
} as const;
