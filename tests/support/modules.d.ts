// Comes without types of its own.
declare module 'oidc-provider';
