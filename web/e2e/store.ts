/** The local cloud's store, for what no act of the product does yet. */

const store = process.env['DYNAMODB_URL'] ?? 'http://localhost:8084';

/**
 * Marks a password as made by somebody else. Nobody can make one for others yet (Z28 comes with the administration), so the
 * row is written, as the tests of functions/account write it.
 */
export async function mustChangePassword(user: string): Promise<void> {
  const answer = await fetch(store, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'DynamoDB_20120810.UpdateItem',
      // DynamoDB Local wants a signature and reads only the key's id.
      Authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-3/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
    },
    body: JSON.stringify({
      TableName: 'guichet-registry',
      Key: { PK: { S: `U#${user}` }, SK: { S: 'A#@' } },
      UpdateExpression: 'SET passwordMustChange = :true',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeValues: { ':true': { BOOL: true } },
    }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}
