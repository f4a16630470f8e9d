import { Visitor } from './visitor.ts';

/** A browser at another address, as a trusted proxy says. */
export class FromAddress extends Visitor {
  address: string;

  constructor(address: string) {
    super();
    this.address = address;
  }

  override request(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', this.address);
    return super.request(url, { ...init, headers });
  }
}
