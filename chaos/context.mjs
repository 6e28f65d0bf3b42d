// What every scenario is given: a database, and services on schemas of their own that end with it.
import { Kunci } from './kunci.mjs';
import { Scope } from './scope.mjs';

/**
 * @typedef {{ id: string, title: string, hurtsDatabase?: boolean, inShort?: boolean, run(context): Promise<Check[]> }} Scenario
 * `hurtsDatabase`: needs a database server of our own. `inShort`: is part of `--short`.
 */
export function createContext(scenario, database, isShort) {
  const scope = new Scope();
  const services = [];
  const kunci = (settings, options) => {
    const one = new Kunci(scope, { ...settings }, options);
    services.push(one);
    return one;
  };
  const schema = () => database.createSchema(scope, scenario.id);
  /** One that is ready, on an empty schema. */
  const service = async (more = {}, options = {}) => {
    const settings = { ...(await schema()), ...more };
    const one = await kunci(settings, options).start();
    await one.ready();
    return { kunci: one, settings };
  };
  return { scope, database, isShort, kunci, schema, service, services };
}
