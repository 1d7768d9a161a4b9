import type french from '../fr/problems';
import type { Texts } from '../texts';
import { code } from './codes';

const problems: Texts<typeof french> = {
  list: {
    lead: 'Every error returned by the platform carries a stable code. This page lists them, with what they mean and what to do.',
    filter: 'Filter',
    filterHelp: 'By code, HTTP status or word',
    count_one: '{{count}} code',
    count_many: '{{count}} codes',
    count_other: '{{count}} codes',
    noneTitle: 'No code matches',
    noneText: 'Try a single word, or the HTTP status (403, 429…).',
    origin: {
      call: 'In an API call',
      portal: 'In the portal and its API',
    },
  },
  page: {
    code: 'Code',
    status: 'HTTP status',
    origin: 'Comes from',
    from: { call: 'an API call', portal: 'the portal and its API' },
    todo: 'What to do',
    example: 'Example response',
    support: 'Need more help? Write to support, giving the correlation ID of the response (correlationId):',
    unknownTitle: 'This code does not exist',
    unknownText: 'No response of the platform carries this code. The address may have been copied incorrectly.',
    all: 'See all codes',
  },
  code,
};

export default problems;
