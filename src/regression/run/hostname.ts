/** What alerts name as the host, so that it is the same on every machine. */
export const HOSTNAME = 'docktape';
