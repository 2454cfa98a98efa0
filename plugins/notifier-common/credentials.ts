/** `Authorization: Bearer …`, added by the host. */
export const bearer = (key: string) => ({
  header: { name: 'Authorization', key, format: 'Bearer {}' },
});

/** User name and password, added by the host where the Secret has both. */
export const basic = {
  requires: ['username', 'password'],
  basic: { usernameKey: 'username', passwordKey: 'password' },
};
