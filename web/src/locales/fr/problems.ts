import { code } from './codes';

/** The pages of error codes; the texts of the codes are generated. */
export default {
  list: {
    lead: 'Chaque erreur renvoyée par la plateforme porte un code stable. Voici tous les codes, leur signification et ce qu’il faut faire.',
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
    support: 'Cela ne suffit pas ? Écrivez au support en donnant l’identifiant de corrélation (correlationId) de la réponse :',
    unknownTitle: 'Ce code n’existe pas',
    unknownText: 'Aucune réponse de la plateforme ne porte ce code. L’adresse a peut-être été mal copiée.',
    all: 'Voir tous les codes',
  },
  code,
} as const;
