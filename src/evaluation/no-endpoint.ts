/** What files have of a live endpoint: nothing that its rules could be asked about. */

export const noEndpoint = { missing: "it is asked of live endpoints" } as const;

const none = (): typeof noEndpoint => noEndpoint;

/** By the kinds of its subjects, which are found by those who connect. */
export const withoutEndpoint = { endpoint: none, connection: none, session: none, served: none, sent: none } as const;
