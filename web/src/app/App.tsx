import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { configuration } from '../lib/configuration';
import { themeOf, tokens } from './theme';

const colourScheme = localStorageColorSchemeManager({ key: 'theme' });

/** What stands around the router, in the browser and when pages are prerendered. */
export function App({ client, children }: { client: QueryClient; children: ReactNode }) {
  const [theme] = useState(() => themeOf(configuration().accent));
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={tokens} defaultColorScheme="auto" colorSchemeManager={colourScheme}>
        {children}
      </MantineProvider>
    </QueryClientProvider>
  );
}
