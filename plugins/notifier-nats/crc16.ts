/** CRC-16 as XMODEM has it: polynomial 0x1021, beginning with 0. */
export function crc16(bytes: Uint8Array): number {
  return bytes.reduce((crc, byte) => {
    let next = crc ^ (byte << 8);
    for (let bit = 0; bit < 8; bit += 1) next = (next & 0x8000) !== 0 ? (next << 1) ^ 0x1021 : next << 1;
    return next & 0xffff;
  }, 0);
}
