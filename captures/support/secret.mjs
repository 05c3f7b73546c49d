/** What the scenarios give to containers as the value of an environment variable. No capture may hold it. */
export const secretValue = 'hunter2-of-docktape';

/** The environment of the scenarios' containers. */
export const Env = [`API_TOKEN=${secretValue}`, `DATABASE_URL=postgres://shop:${secretValue}@db/shop`];
