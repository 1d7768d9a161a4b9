/**
 * Idempotency keys: one key for one intent. Sending the very same body again (the answer was lost) uses the same key, so
 * that it happens once; a changed body is a new intent.
 */
export class Intent {
  private body = '';
  private key = '';

  keyFor(body: unknown): string {
    const text = JSON.stringify(body);
    if (this.key === '' || text !== this.body) {
      this.body = text;
      this.key = crypto.randomUUID();
    }
    return this.key;
  }
}
