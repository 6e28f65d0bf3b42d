import { Column, Entity, PrimaryColumn } from 'typeorm';

const ASCII = { charset: 'ascii', collation: 'ascii_bin' };
const INSTANT = { type: 'datetime', precision: 3 } as const;

/** RFC 7518, section 3.1: elliptic curve P-256, or RSA of 2048 bits with PKCS #1. */
export const ASYMMETRIC_ALGORITHMS = ['ES256', 'RS256'] as const;

export type AsymmetricAlgorithm = (typeof ASYMMETRIC_ALGORITHMS)[number];

/** A key pair that signs access tokens: other services verify them with the public half. */
@Entity('signing_keys')
export class SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  @PrimaryColumn({ type: 'varchar', length: 43, ...ASCII })
  kid!: string;

  @Column({ type: 'varchar', length: 8, ...ASCII })
  alg!: AsymmetricAlgorithm;

  /** PEM, SubjectPublicKeyInfo. */
  @Column({ name: 'public_key', type: 'text', ...ASCII })
  publicKey!: string;

  /** PEM, PKCS #8, sealed for this `kid` with a key derived from `SECRET_KEY`. */
  @Column({ name: 'sealed_private_key', type: 'text', ...ASCII })
  sealedPrivateKey!: string;

  @Column({ name: 'created_at', ...INSTANT })
  createdAt!: Date;

  /** Before this the key is only published, so that nobody meets a token whose key they cannot find. */
  @Column({ name: 'signs_from', ...INSTANT })
  signsFrom!: Date;

  /** From when it signs no more. */
  @Column({ name: 'retired_at', ...INSTANT, nullable: true })
  retiredAt!: Date | null;

  /** When the last token that it may have signed has expired. */
  @Column({ name: 'verifies_until', ...INSTANT, nullable: true })
  verifiesUntil!: Date | null;
}
