/** Texts of the home page. */
export default {
  deleted: 'Votre compte est supprimé et vous êtes déconnecté. Vos données personnelles sont effacées sous 30 jours.',
  hero: {
    title: 'Des API prêtes pour vos logiciels',
    lead: 'Une API fait dialoguer votre logiciel avec celui d’un partenaire. Ce portail vous donne une application d’essai, ses identifiants et un premier appel réussi, en moins de cinq minutes.',
    signUp: 'Créer un compte',
    how: 'Comment ça marche',
  },
  features: {
    title: 'Ce que vous y trouvez',
    sandbox: {
      title: 'Un bac à sable prêt à l’emploi',
      text: 'Une application d’essai est créée pour vous dès l’inscription. Vous testez sans rien demander à personne.',
    },
    credentials: {
      title: 'Des identifiants maîtrisés',
      text: 'OAuth 2.0 ou clé d’API, à votre choix. Chaque secret s’affiche une seule fois, et la plateforme n’en garde que l’empreinte.',
    },
    explained: {
      title: 'Des refus expliqués',
      text: 'Chaque refus porte un code stable et dit ce qui manque, avec une page qui explique quoi faire.',
    },
    quotas: {
      title: 'Des quotas lisibles',
      text: 'Le nombre d’appels permis et ce qu’il en reste figurent dans chaque réponse. Pas de mauvaise surprise.',
    },
  },
  how: {
    title: 'Comment ça marche',
    lead: 'Trois étapes, moins de cinq minutes.',
    account: {
      title: 'Créez votre compte',
      text: 'Nom, adresse électronique, mot de passe. Vous confirmez depuis votre messagerie et acceptez les conditions.',
    },
    application: {
      title: 'Ouvrez votre application',
      text: 'Elle vous attend déjà. Affichez son secret et rangez-le en lieu sûr.',
    },
    call: {
      title: 'Appelez une API',
      text: 'Copiez la commande proposée, collez-la dans un terminal : la réponse arrive.',
    },
  },
  secure: {
    title: 'Simple et sûr',
    text: 'La plateforme s’adresse aux développeurs, publics comme privés, qui intègrent des API dans leurs logiciels. Les mêmes règles de sécurité valent pour tous.',
    secrets: 'Aucun mot de passe, aucun secret ne circule par courriel.',
    separate: 'Le bac à sable et la production sont deux mondes séparés.',
    revoked: 'Un identifiant désactivé cesse de fonctionner dès l’appel suivant.',
    problems: 'Chaque refus est documenté :',
    problemsLink: 'voir les codes d’erreur',
  },
  references: { title: 'Ils nous font confiance' },
  user: {
    title: 'Mon accueil',
    greeting: 'Bonjour {{name}}',
    confirmed: 'Votre inscription est confirmée et vous êtes connecté.',
    accountTitle: 'Mon compte',
    profile: 'Mon profil et ma langue',
    organisations: 'Mes organisations',
    preferences: 'Les messages que je reçois',
    problems: 'Comprendre un code d’erreur',
  },
  waits: {
    title: 'Votre premier appel',
    lead: 'Voici où vous en êtes.',
    allDone: 'Votre application fonctionne',
    allDoneLead: 'Elle a déjà appelé la plateforme. Ses identifiants et ses adresses sont sur sa page.',
    done: '(fait)',
    todo: '(à faire)',
    application: { title: 'Votre application est créée' },
    secret: { title: 'Affichez un secret', text: 'Sans lui, les identifiants n’ouvrent rien. Il s’affiche une seule fois.' },
    call: { title: 'Faites un appel', text: 'Une commande prête à coller vous attend sur la page de l’application.' },
    go: {
      application: 'Ouvrir mon application',
      secret: 'Afficher le secret',
      call: 'Faire le premier appel',
    },
  },
} as const;
