/** What to do about refusals that people meet; services call them differently. */
const hints: readonly (readonly [codes: readonly string[], hint: string])[] = [
  [
    ['SignatureDoesNotMatch', 'AuthenticationFailed'],
    'the secret key is not that of the access key: correct the Secret of spec.secretRef',
  ],
  [
    [
      'InvalidAccessKeyId',
      'UNAUTHENTICATED',
      '401',
      'NoAuthenticationInformation',
      'InvalidAuthenticationInfo',
    ],
    'the service does not know who asks: correct the Secret of spec.secretRef, or the identity',
  ],
  [
    ['AccessDenied', 'PERMISSION_DENIED', '403', 'AuthorizationFailure', 'AuthorizationPermissionMismatch'],
    'allow the identity to list the bucket and to read its objects',
  ],
  [
    ['RequestTimeTooSkewed', 'RequestExpired'],
    'the clocks of the host and of the service differ by more than they may: synchronise them',
  ],
  [
    ['AuthorizationHeaderMalformed', 'PermanentRedirect', 'IllegalLocationConstraintException'],
    'the bucket is in another region: set spec.region to it',
  ],
  [['ExpiredToken', 'InvalidToken'], 'the session has ended: renew the credentials'],
  [['SlowDown', 'TooManyRequests'], 'the service is overloaded: it is tried again; raise spec.interval'],
];

export function hintFor({
  status,
  code,
}: {
  status: number;
  code: string;
  message: string;
}): string | undefined {
  const found = hints.find(([codes]) => codes.includes(code));
  if (found) return found[1];
  if (status === 301 || status === 307) return 'the bucket is elsewhere: check spec.region and spec.endpoint';
  if (status === 404) return 'check spec.endpoint and spec.bucketName';
  return undefined;
}
