import { Lexer, type Token, type Tokens } from 'marked';
import { createElement, Fragment, useMemo, type ReactNode } from 'react';
import { ExternalLink } from './ExternalLink';
import { Link } from 'react-router';

/** A heading's address inside its page. */
export function anchorOf(heading: string): string {
  return heading
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The second-level headings of a text, for the contents at its side. */
export function headingsOf(text: string): string[] {
  return new Lexer()
    .lex(text)
    .filter((token): token is Tokens.Heading => token.type === 'heading' && 'depth' in token && token.depth === 2)
    .map((token) => token.text);
}

/** Makes a value that is put into a markdown text stand for itself. */
export function escapeMarkdown(value: string): string {
  return value.replace(/[\\`*_{}[\]()#+!|<>~-]/g, '\\$&');
}

function link(token: Tokens.Link, key: number): ReactNode {
  const label = inline(token.tokens);
  if (token.href.startsWith('/') && !token.href.startsWith('//')) {
    return (
      <Link key={key} to={token.href}>
        {label}
      </Link>
    );
  }
  if (token.href.startsWith('https://')) {
    return (
      <ExternalLink key={key} to={token.href}>
        {label}
      </ExternalLink>
    );
  }
  if (token.href.startsWith('mailto:')) {
    return (
      <a key={key} href={token.href}>
        {label}
      </a>
    );
  }
  return <Fragment key={key}>{label}</Fragment>;
}

function inline(tokens: Token[] | undefined): ReactNode[] {
  return (tokens ?? []).map((token, key) => {
    switch (token.type) {
      case 'strong':
        return <strong key={key}>{inline((token as Tokens.Strong).tokens)}</strong>;
      case 'em':
        return <em key={key}>{inline((token as Tokens.Em).tokens)}</em>;
      case 'codespan':
        return <code key={key}>{(token as Tokens.Codespan).text}</code>;
      case 'link':
        return link(token as Tokens.Link, key);
      case 'br':
        return <br key={key} />;
      case 'escape':
        return <Fragment key={key}>{(token as Tokens.Escape).text}</Fragment>;
      case 'text': {
        const nested = (token as Tokens.Text).tokens;
        return <Fragment key={key}>{nested ? inline(nested) : (token as Tokens.Text).text}</Fragment>;
      }
      default:
        // Whatever else it is (HTML, images): its source, as text.
        return <Fragment key={key}>{token.raw}</Fragment>;
    }
  });
}

function block(tokens: Token[], top: number): ReactNode[] {
  return tokens.map((token, key) => {
    switch (token.type) {
      case 'heading': {
        const { depth, text, tokens: words } = token as Tokens.Heading;
        const level = Math.max(depth, 2) - 2 + top; // the page has its title: a text's own is no second one
        return createElement(`h${Math.min(6, level)}`, { key, id: anchorOf(text) }, inline(words));
      }
      case 'paragraph':
        return <p key={key}>{inline((token as Tokens.Paragraph).tokens)}</p>;
      case 'list': {
        const list = token as Tokens.List;
        const items = list.items.map((item, index) => <li key={index}>{block(item.tokens, top)}</li>);
        return list.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
      }
      case 'text':
        return <Fragment key={key}>{inline((token as Tokens.Text).tokens ?? [token])}</Fragment>;
      case 'space':
        return null;
      default:
        return <p key={key}>{token.raw}</p>;
    }
  });
}

interface MarkdownProps {
  text: string;
  /** Level of the text's `##` headings on this page. */
  top?: number;
}

/**
 * Markdown as elements: headings, paragraphs, lists, emphasis, code and links to https, mailto and this portal. HTML is
 * shown as text, so no text of anybody becomes a script (PS-07).
 */
export function Markdown({ text, top = 2 }: MarkdownProps) {
  const tokens = useMemo(() => new Lexer({ gfm: true }).lex(text), [text]);
  return block(tokens, top);
}
