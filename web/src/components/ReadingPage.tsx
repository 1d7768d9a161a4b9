import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { headingsOf, anchorOf, Markdown } from './Markdown';
import { Page } from './Page';
import classes from './ReadingPage.module.css';

interface ReadingPageProps {
  lead?: ReactNode;
  /** Markdown; its `##` headings make the contents. */
  text: string;
}

/** A page to read: text at reading width, contents at the side. */
export function ReadingPage({ lead, text }: ReadingPageProps) {
  const { t } = useTranslation();
  const headings = useMemo(() => headingsOf(text), [text]);
  return (
    <Page {...(lead === undefined ? {} : { lead })}>
      <div className={classes['columns']}>
        <nav aria-label={t('frame.contents')} className={classes['contents']}>
          <p>{t('frame.contents')}</p>
          <ul>
            {headings.map((heading) => (
              <li key={heading}>
                <a href={`#${anchorOf(heading)}`}>{heading}</a>
              </li>
            ))}
          </ul>
        </nav>
        <article className={classes['text']}>
          <Markdown text={text} />
        </article>
      </div>
    </Page>
  );
}
