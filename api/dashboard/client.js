// Calls of the API: relative to the page, each made once a load, lists read to their last page.

const ROWS_A_PAGE = 1000;
const PAGES_MAX = 30;
let made = new Map();

/// A call that the server refused or did not answer; `status` is 0 where it could not be reached.
export class CallFailed extends Error {
  constructor(message, status, path) {
    super(message);
    this.status = status;
    this.path = path;
  }
}

/// "metrics/daily?from=…": what is null or undefined is left out.
export function path(name, parameters = {}) {
  const said = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") said.set(key, value);
  }
  const text = said.toString().replaceAll("%2C", ",");
  return text ? `${name}?${text}` : name;
}

async function fetchOnce(url) {
  let response;
  try {
    response = await fetch(url, {
      headers: { Accept: "application/json" },
      credentials: "same-origin"
    });
  } catch {
    throw new CallFailed("The server cannot be reached.", 0, url);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new CallFailed(
      body.detail || body.title || `The server answered ${response.status}.`,
      response.status,
      url
    );
  }
  return body;
}

async function fetchAll(url, pages) {
  const answer = await fetchOnce(url);
  if (!Array.isArray(answer.data)) return answer;
  let cursor = answer.meta?.next_cursor;
  for (let page = 1; cursor && page < pages; page++) {
    const more = await fetchOnce(
      `${url}${url.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`
    );
    answer.data.push(...more.data);
    cursor = more.meta.next_cursor;
  }
  answer.is_cut = Boolean(cursor);
  return answer;
}

/// The answer of a call, all pages of it, from this load's memory where it was made already.
export function call(url, { pages = PAGES_MAX } = {}) {
  if (!made.has(url)) {
    const answer = fetchAll(url, pages);
    made.set(url, answer);
    answer.catch(() => made.delete(url));
  }
  return made.get(url);
}

/// A call that nothing remembers: whether something new was published.
export const ask = fetchOnce;

/// Forgets all answers: what is called from now on is the server's present state.
export function forget() {
  made = new Map();
}

export const wholeList = (name, parameters) => path(name, { ...parameters, limit: ROWS_A_PAGE });

/// Where the rows of a call are as CSV; lists are never paged there.
export function csv(url) {
  const [name, query = ""] = url.split("?");
  const parameters = Object.fromEntries(new URLSearchParams(query));
  delete parameters.limit;
  return path(name, { ...parameters, format: "csv" });
}

/// The call as a command line.
export function curl(url) {
  return `curl '${new URL(url, location.href.split("?")[0]).href.replaceAll("'", "%27")}'`;
}
