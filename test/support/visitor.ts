/** A browser without a screen: cookies for each server, and redirects that are followed one by one. */

type Options = { body?: Record<string, string>; headers?: Record<string, string> };
export type Visitor = ReturnType<typeof createVisitor>;

export function createVisitor() {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (origin: string) => {
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };

  /** One request; with a body it is a form of the same site. */
  async function ask(address: string, { body, headers = {} }: Options = {}): Promise<Response> {
    const { origin } = new URL(address);
    const jar = jarOf(origin);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      redirect: 'manual',
      method: body ? 'POST' : 'GET',
      headers: { ...(cookie ? { cookie } : {}), ...(body ? { origin } : {}), ...headers },
      ...(body ? { body: new URLSearchParams(body) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      const isOver = attributes.some((one) => /^\s*expires=Thu, 01 Jan 1970/i.test(one));
      if (isOver) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  return {
    ask,
    jarOf,
    /** The addresses that it is sent to, one after the other; the last one is not asked when `until` is true for it. */
    async follow(
      address: string,
      until: (address: string) => boolean = () => false,
    ): Promise<{ address: string; response: Response | undefined }> {
      let at = address;
      for (let step = 0; step < 10; step += 1) {
        if (until(at)) return { address: at, response: undefined };
        const response = await ask(at);
        const location = response.headers.get('location');
        if (!location) return { address: at, response };
        at = new URL(location, at).href;
      }
      throw new Error(`Sent around in circles, last to ${at}`);
    },
  };
}
