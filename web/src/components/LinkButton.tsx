import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface LinkButtonProps extends ButtonProps {
  to: string;
  children: ReactNode;
  onClick?: () => void;
}

/** A link that looks like a button: it goes somewhere. */
export function LinkButton(props: LinkButtonProps) {
  return <Button component={Link} {...props} />;
}
