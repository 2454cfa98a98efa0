declare module '@bytecodealliance/wizer' {
  /** Path of the program for this platform. */
  const program: string;
  export default program;
}
