import { LRUCache } from 'lru-cache';
import { type Instant, minutes, now } from '../../base/clock.js';

/** How much may be pending at once from one address. */
interface PendingLimit {
  readonly requests: number;
  readonly bytes: number;
}

/** For everything from one address: the users of a large office may share it. */
const OF_ADDRESS: PendingLimit = { requests: 10_000, bytes: 32 * 1024 * 1024 };
/** For one client from one address, so that an application in a redirect loop stops no other. */
const OF_CLIENT: PendingLimit = { requests: 5000, bytes: 16 * 1024 * 1024 };

/** Endings are told apart by as much: what is forgotten a little early or late harms nobody. */
const SLOT = minutes(5);
/** Slots of one ring: whatever waits ends within an hour. */
const SLOTS = 14;
/** Rings that are kept at most; each is of half a kilobyte. */
const MOST_RINGS = 20_000;

/** A request that is to wait, or waits. */
export interface PendingRequest {
  /** The network of the client's address. */
  readonly network: string;
  readonly clientId: string;
  readonly bytes: number;
  readonly endsAt: Instant;
}

/**
 * Bounds what strangers can make the store keep: authorization requests wait for as long as a person may take, and cost whoever sends them
 * nothing. Counted in this process alone, so that a request costs no store call for it: with N processes N times as much may wait.
 */
export class PendingRequests {
  readonly #rings = new LRUCache<string, Ring>({ max: MOST_RINGS });

  /** Whether there is room for one more; then it is counted until it ends or is {@link release}d. */
  take(request: PendingRequest): boolean {
    const [address, client] = this.#ringsOf(request);
    if (!address.hasRoom(request, OF_ADDRESS) || !client.hasRoom(request, OF_CLIENT)) return false;
    address.add(request, 1);
    client.add(request, 1);
    return true;
  }

  /** It was answered. */
  release(request: PendingRequest): void {
    for (const ring of this.#ringsOf(request)) ring.add(request, -1);
  }

  #ringsOf({ network, clientId }: PendingRequest): readonly [Ring, Ring] {
    return [this.#ring(JSON.stringify([network])), this.#ring(JSON.stringify([network, clientId]))];
  }

  #ring(key: string): Ring {
    const ring = this.#rings.get(key) ?? new Ring();
    this.#rings.set(key, ring);
    return ring;
  }
}

/** Requests and bytes by when they end. */
class Ring {
  readonly #requests = new Float64Array(SLOTS);
  readonly #bytes = new Float64Array(SLOTS);
  /** The slot of the earliest ending that still counts. */
  #first = slotOf(now());

  hasRoom({ bytes }: PendingRequest, bound: PendingLimit): boolean {
    this.#forgetEnded();
    return sum(this.#requests) < bound.requests && sum(this.#bytes) + bytes <= bound.bytes;
  }

  /** Requests that another process counted do not make this count negative. */
  add({ bytes, endsAt }: PendingRequest, sign: 1 | -1): void {
    this.#forgetEnded();
    const at = Math.min(Math.max(slotOf(endsAt), this.#first), this.#first + SLOTS - 1) % SLOTS;
    this.#requests[at] = Math.max(0, (this.#requests[at] ?? 0) + sign);
    this.#bytes[at] = Math.max(0, (this.#bytes[at] ?? 0) + sign * bytes);
  }

  #forgetEnded(): void {
    const current = slotOf(now());
    // A clock that was set back makes nothing wait longer than a ring is long.
    if (current < this.#first || current - this.#first >= SLOTS) {
      this.#requests.fill(0);
      this.#bytes.fill(0);
    }
    for (let slot = this.#first; slot < Math.min(current, this.#first + SLOTS); slot++) {
      this.#requests[slot % SLOTS] = 0;
      this.#bytes[slot % SLOTS] = 0;
    }
    this.#first = current;
  }
}

const slotOf = (at: Instant): number => Math.floor(at / SLOT);
const sum = (numbers: Float64Array): number => numbers.reduce((total, one) => total + one, 0);
