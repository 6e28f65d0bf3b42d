import { createHash } from 'node:crypto';

/**
 * Finds out which of a million addresses may be there twice, in 8 bytes for each: by 64 bits of a hash. Two different
 * addresses that have them in common are only looked at twice.
 */
export class AddressPrints {
  private prints = new BigUint64Array(1_024);
  private count = 0;

  add(canonical: string): void {
    if (this.count === this.prints.length) {
      const larger = new BigUint64Array(this.count * 2);
      larger.set(this.prints);
      this.prints = larger;
    }
    this.prints[this.count++] = printOf(canonical);
  }

  /** Sorts them, so that equal ones stand side by side. */
  repeated(): Set<bigint> {
    const sorted = this.prints.subarray(0, this.count).sort();
    const repeated = new Set<bigint>();
    for (let i = 1; i < sorted.length; i++) {
      const print = sorted[i];
      if (print !== undefined && print === sorted[i - 1]) repeated.add(print);
    }
    return repeated;
  }
}

export function printOf(canonical: string): bigint {
  return createHash('sha256').update(canonical).digest().readBigUInt64LE();
}
