import { escapeMarkdown } from '../../components/Markdown';
import { ReadingPage } from '../../components/ReadingPage';
import { configuration, type Configuration } from '../../lib/configuration';

/** The operator's facts that the texts name. */
export type LegalFacts = {
  product: string;
  publisher: string;
  publisherAddress: string;
  director: string;
  host: string;
  hostAddress: string;
  controller: string;
  controllerAddress: string;
  protection: string;
  support: string;
  accessibility: string;
  version: string;
};

function factsOf({ product, legal, support, accessibility, version }: Configuration): LegalFacts {
  const e = escapeMarkdown;
  return {
    product: e(product.name),
    publisher: e(legal.publisher.name),
    publisherAddress: e(legal.publisher.address),
    director: e(legal.publicationDirector),
    host: e(legal.host.name),
    hostAddress: e(legal.host.address),
    controller: e(legal.controller.name),
    controllerAddress: e(legal.controller.address),
    protection: mail(legal.dataProtectionEmail),
    support: mail(support.email),
    accessibility: mail(accessibility.contactEmail),
    version: e(version),
  };
}

function mail(address: string): string {
  return `[${escapeMarkdown(address)}](<mailto:${address.replace(/[<>\s]/g, '')}>)`;
}

interface FromConfigurationProps {
  text: (facts: LegalFacts, configuration: Configuration) => string;
}

/** A page to read whose names and addresses come from the configuration. */
export function FromConfiguration({ text }: FromConfigurationProps) {
  const current = configuration();
  return <ReadingPage text={text(factsOf(current), current)} />;
}
