import { Breadcrumb, type Crumb } from './Breadcrumb';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMatches } from 'react-router';
import { useHeading } from '../lib/arrival';
import { configuration } from '../lib/configuration';
import type { PageDeclaration } from '../pages';
import { useTitle } from '../lib/title';
import classes from './Page.module.css';

interface PageProps {
  /** The h1, and the browser's title; the declared one (src/pages.ts) unless it says more. */
  title?: string;
  /** One or two sentences under the title. */
  lead?: ReactNode;
  /** The way here, from the second level on; the home page and this page are added. */
  trail?: Crumb[];
  /** `form` is one column of 640 px, `text` reading width, `wide` the whole frame. */
  width?: 'form' | 'text' | 'wide';
  /** Takes the focus when it appears in the place of a form. */
  replacing?: boolean;
  children: ReactNode;
}

/** The title that src/pages.ts declares for the page at this address. */
function useDeclaredTitle(): string {
  const { t } = useTranslation();
  const page = useMatches().at(-1)?.handle as PageDeclaration | undefined;
  return page?.title === undefined ? '' : t(`page.${page.title}`);
}

/** Every page but home: breadcrumb, one h1 that takes the focus after a navigation, content. */
export function Page({ title: own, lead, trail = [], width = 'wide', replacing = false, children }: PageProps) {
  const declared = useDeclaredTitle();
  const title = own ?? declared;
  const heading = useHeading(replacing);
  useTitle(`${title} – ${configuration().product.name}`);

  return (
    <>
      <Breadcrumb trail={trail} here={title} />
      <div className={classes['page']} data-width={width}>
        <h1 className={classes['title']} ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <div className={classes['lead']}>{lead}</div>}
        {children}
      </div>
    </>
  );
}
