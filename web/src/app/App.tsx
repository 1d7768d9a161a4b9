import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { RouterProvider } from 'react-router/dom';
import { useBrand } from '../features/site/api/configuration';
import { router } from './routes';
import { themeOf, tokens } from './theme';

const colourScheme = localStorageColorSchemeManager({ key: 'theme' });

function Themed() {
  const { accent } = useBrand();
  const theme = useMemo(() => themeOf(accent), [accent]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={tokens} defaultColorScheme="auto" colorSchemeManager={colourScheme}>
      <RouterProvider router={router} />
    </MantineProvider>
  );
}

export function App({ client }: { client: QueryClient }) {
  return (
    <QueryClientProvider client={client}>
      <Themed />
    </QueryClientProvider>
  );
}
