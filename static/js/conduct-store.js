// Where what is not sent yet waits: in the page's memory, or on the device for an audit that was taken offline.
import { done, openDatabase } from "./device.js";

/** Gone with the page. */
export class Memory {
  #things = new Map();
  async read() { return { data: null, things: [...this.#things.values()] }; }
  async keepData() { /* the page itself holds it */ }
  async put(thing) { this.#things.set(thing.seq, thing); }
  async drop(thing) { this.#things.delete(thing.seq); }
  close() { this.#things.clear(); }
}

/** On the device, for one person and one audit. Each call is a transaction that is durable when it resolves. */
export class Held {
  #database;
  constructor(database) { this.#database = database; }
  static async open(entry) { return new Held(await openDatabase(entry)); }

  async read() {
    const work = this.#database.transaction(["data", "queue"]);
    const [data, things] = await Promise.all([done(work.objectStore("data").get("data")), done(work.objectStore("queue").getAll())]);
    return { data: data ?? null, things };
  }
  async keepData(data) { await this.#write("data", (rows) => rows.put(data, "data")); }
  async put(thing) { await this.#write("queue", (rows) => rows.put(thing)); }
  async drop(thing) { await this.#write("queue", (rows) => rows.delete(thing.seq)); }
  close() { this.#database.close(); }

  #write(name, act) {
    const work = this.#database.transaction(name, "readwrite", { durability: "strict" });
    const asked = act(work.objectStore(name));
    return new Promise((resolve, reject) => {
      work.oncomplete = () => resolve(asked.result);
      work.onabort = () => reject(work.error);
    });
  }
}
