import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, type ReactNode } from 'react';
import { useBrand } from '../features/site/api/configuration';
import { keepAccent, themeOf, tokens } from './theme';

const colourScheme = localStorageColorSchemeManager({ key: 'theme' });

function Themed({ children }: { children: ReactNode }) {
  const { accent, known } = useBrand();
  useEffect(() => {
    if (known) keepAccent(accent);
  }, [accent, known]);
  // The same element as long as the colour is the same: the provider draws everything anew whenever it is drawn.
  return useMemo(
    () => (
      <MantineProvider
        theme={themeOf(accent)}
        cssVariablesResolver={tokens}
        defaultColorScheme="auto"
        colorSchemeManager={colourScheme}
      >
        {children}
      </MantineProvider>
    ),
    [accent, children],
  );
}

/** What stands around the router, in the browser and when pages are prerendered. */
export function App({ client, children }: { client: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      <Themed>{children}</Themed>
    </QueryClientProvider>
  );
}
