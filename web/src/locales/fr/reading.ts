/** Texts of the pages to read, in Markdown; names and addresses come from the configuration. */
export default {
  notFound: {
    title: 'Cette page n’existe pas',
    lead: 'L’adresse a peut-être été mal copiée, ou la page a été déplacée.',
    home: 'Aller à l’accueil',
    sitemap: 'Voir le plan du site',
  },
  sitemap: {
    lead: 'Toutes les pages que vous pouvez ouvrir.',
    start: 'Pour commencer',
    account: 'Compte',
    help: 'Aide',
    commitments: 'Nos engagements',
  },
  search: {
    titleFor: 'Recherche : {{question}}',
    ask: 'Saisissez un ou plusieurs mots dans la zone de recherche de l’en-tête.',
    count_zero: 'Aucun résultat',
    count_one: '{{count}} résultat',
    count_many: '{{count}} résultats',
    count_other: '{{count}} résultats',
    noneTitle: 'Rien ne correspond',
    noneText: 'Essayez un seul mot, ou parcourez le plan du site.',
    sitemap: 'Voir le plan du site',
    code: 'Code d’erreur {{status}}, {{code}}',
    about: {
      home: 'Ce qu’est le portail, comment ça marche, premiers pas',
      applications: 'Application de bac à sable, client id, secret, clé d’API, premier appel, curl',
      problems: 'Refus et erreurs : code, statut HTTP, que faire',
      search: 'Chercher dans les pages et les codes d’erreur',
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
    version: 'Version {{version}}, publiée le {{day}}',
  },
  legal: {
    text: `## Éditeur

{{product}} est édité par {{publisher}}.

Adresse : {{publisherAddress}}.

Directeur de la publication : {{director}}.

## Hébergement

Le portail est hébergé par {{host}}.

Adresse : {{hostAddress}}.

## Données personnelles

Le responsable du traitement est {{controller}}, {{controllerAddress}}.

**Données et finalités.** Les données que vous donnez à l’inscription (nom, adresse électronique, organisation) et celles que votre usage produit (sessions, applications, appels) servent à mettre à disposition les API du portail, à en assurer la sécurité et à vous informer. Elles ne sont ni vendues ni cédées.

**Base juridique.** Le traitement est nécessaire à la mission d’intérêt public du responsable (article 6, paragraphe 1, e, du RGPD). Les nouvelles du portail et les enquêtes de satisfaction ne vous sont envoyées qu’avec votre consentement, que vous retirez quand vous voulez.

**Destinataires.** Seules y accèdent les personnes chargées du portail et, pour ce qui concerne leur organisation, ses administrateurs.

**Durées de conservation.**

- Votre compte est conservé tant que vous l’utilisez. Supprimé, il est effacé sous 30 jours.
- Un compte dont l’adresse n’est pas confirmée est effacé après 7 jours.
- La trace des actes d’administration est conservée sous une forme qui ne vous nomme plus.

**Vos droits.** Vous pouvez consulter, rectifier, exporter et supprimer vos données depuis [votre profil](/profile/data), retirer un consentement dans [vos préférences](/profile/preferences), ou écrire au délégué à la protection des données : {{protection}}. Vous pouvez aussi adresser une réclamation à l’autorité de contrôle, en France la [CNIL](https://www.cnil.fr/fr/plaintes).

## Propriété intellectuelle

Les textes et dessins du portail appartiennent à leur éditeur, sauf mention contraire. Chaque API est publiée par son fournisseur, sous les conditions qu’il indique.

## Liens

Les liens vers d’autres sites sont donnés pour votre information. Leur contenu relève de leurs éditeurs.

## Contact

Une question sur le portail : {{support}}.`,
  },
  cookies: {
    text: `## Un seul cookie

{{product}} n’utilise qu’un cookie, technique. Il garde votre session ouverte pendant que vous êtes connecté : sans lui, il faudrait saisir votre mot de passe à chaque page.

- **Nom :** \`__Host-session\`
- **Émetteur :** ce portail, le seul à qui il est envoyé.
- **Finalité :** reconnaître votre session après la connexion.
- **Contenu :** un numéro tiré au hasard, illisible pour les programmes de la page.
- **Durée :** il est posé à la connexion et retiré à la déconnexion. Il expire après 30 minutes sans activité et, dans tous les cas, après 8 heures.

## Votre choix

Un cookie strictement nécessaire ne demande pas de consentement. Vous pouvez le supprimer ou le bloquer dans les réglages de votre navigateur : vous ne pourrez alors plus vous connecter, mais les pages publiques resteront lisibles.

## Aucun traceur

Il n’y a ni mesure d’audience, ni publicité, ni contenu d’un autre site. Aucune page n’envoie de demande à un tiers. La vérification de sécurité est un calcul que fait votre navigateur, sans service extérieur.

## Ce que retient votre navigateur

Quatre choix restent dans votre navigateur, et n’en sortent pas : la langue, le thème clair ou sombre, le langage des exemples de code, et le fait que vous avez lu l’avis sur les cookies. Effacez les données du site dans votre navigateur pour les oublier.

## Responsable du traitement

{{controller}}, {{controllerAddress}}. Délégué à la protection des données : {{protection}}.`,
  },
  accessibility: {
    commitment:
      '{{publisher}} s’engage à rendre ses services en ligne accessibles à toutes et à tous, conformément à l’article 47 de la loi n° 2005-102 du 11 février 2005. Cette déclaration s’applique à {{product}}, version {{version}}.',
    conformance: {
      full: `## État de conformité

{{product}} est **totalement conforme** au référentiel général d’amélioration de l’accessibilité (RGAA 4) et aux règles WCAG 2.2, niveau AA.`,
      partial: `## État de conformité

{{product}} est **partiellement conforme** au référentiel général d’amélioration de l’accessibilité (RGAA 4) et aux règles WCAG 2.2, niveau AA.`,
      not_assessed: `## État de conformité

{{product}} est déclaré **non conforme** au référentiel général d’amélioration de l’accessibilité (RGAA 4), car aucun audit indépendant n’a encore mesuré le respect de ses critères. Le portail est pourtant construit pour les respecter, avec les règles WCAG 2.2, niveau AA.`,
    },
    audited: 'Dernier audit : {{day}}.',
    notAudited:
      'Le portail est contrôlé automatiquement à chaque version, page par page, dans les deux langues et les deux thèmes.',
    inaccessible: {
      full: `## Contenus non accessibles

L’audit n’a relevé aucun contenu non accessible.`,
      partial: `## Contenus non accessibles

Le rapport d’audit donne la liste des critères qui ne sont pas encore respectés et des contenus concernés. Demandez-le à {{accessibility}} : il vous sera envoyé sous une forme accessible.`,
      not_assessed: `## Contenus non accessibles

Nos propres contrôles ne relèvent aucun contenu non accessible à ce jour. Seul un audit pourra l’établir : si vous en rencontrez un, signalez-le.`,
    },
    text: `Les documents et les sites des fournisseurs d’API, vers lesquels le portail renvoie, ne relèvent pas de cette déclaration.

## Ce que nous faisons

- Tout s’utilise au clavier, dans un ordre logique, et l’élément actif se voit toujours.
- Les pages se lisent avec un lecteur d’écran : titres, régions, noms des commandes, annonce des résultats.
- Les textes ont un contraste d’au moins 4,5 pour 1, dans le thème clair comme dans le thème sombre. Aucune information ne tient à la seule couleur.
- Les pages restent lisibles agrandies à 200 % et sur un écran de 320 pixels.
- La vérification de sécurité ne demande ni de voir, ni d’entendre, ni de pointer.
- Une session qui va se terminer vous prévient et peut être prolongée.

## Établissement de cette déclaration

- **Technologies :** HTML, CSS, SVG, JavaScript et ARIA.
- **Essais :** navigateur Chromium, au clavier seul, avec agrandissement à 200 % et sur des écrans de 320 à 1440 pixels.
- **Outil :** axe-core, avec les règles WCAG 2.0 à 2.2, niveaux A et AA.
- **Pages vérifiées :** toutes les pages du portail, listées dans le [plan du site](/sitemap).

## Signaler un défaut

Si vous ne parvenez pas à accéder à un contenu ou à un service, écrivez-nous : {{accessibility}}. Nous vous orienterons vers une solution accessible, ou vous donnerons l’information sous une autre forme.

## Voies de recours

Si vous avez signalé un défaut qui vous empêche d’accéder à un contenu ou à un service et n’avez pas obtenu de réponse satisfaisante, vous pouvez :

- écrire au [Défenseur des droits](https://formulaire.defenseurdesdroits.fr/) par son formulaire ;
- contacter le [délégué du Défenseur des droits](https://www.defenseurdesdroits.fr/carte-des-delegues) de votre région ;
- envoyer un courrier, gratuitement et sans timbre, à : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.`,
  },
} as const;
