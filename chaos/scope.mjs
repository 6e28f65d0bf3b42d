// What a scenario starts, it ends: each thing by its own handle, the newest first, also after an error or in the middle.
export class Scope {
  undos = [];
  hasEnded = false;

  /** @throws when the scenario is over already: it was too slow, and what it starts now would stay behind */
  defer(undo) {
    if (this.hasEnded) throw new Error('The scenario is over.');
    this.undos.push(undo);
  }

  /** @returns the errors */
  async end() {
    this.hasEnded = true;
    const errors = [];
    while (this.undos.length > 0) {
      try {
        await this.undos.pop()();
      } catch (error) {
        errors.push(error);
      }
    }
    return errors;
  }
}
