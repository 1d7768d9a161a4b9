import { Breadcrumb, type Crumb } from './Breadcrumb';
import type { ReactNode } from 'react';
import { useBrand } from '../features/site/api/configuration';
import { useHeading } from '../lib/arrival';
import { useTitle } from '../lib/title';
import classes from './Page.module.css';

interface PageProps {
  /** The h1, and the browser's title. */
  title: string;
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

/** Every page but home: breadcrumb, one h1 that takes the focus after a navigation, content. */
export function Page({ title, lead, trail = [], width = 'wide', replacing = false, children }: PageProps) {
  const { name, known } = useBrand();
  const heading = useHeading(replacing);
  useTitle(known ? `${title} – ${name}` : title);

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
