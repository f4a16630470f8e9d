import { mongo } from 'mongoose';
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Kept {
  readonly _id: string;
  readonly payload: AdapterPayload;
  readonly expiresAt?: Date;
}

/** A straightforward MongoDB adapter without optimisation: a collection per model, a command per call, with a TTL index. */
export async function mongodbAdapters(url: string, models: readonly string[]): Promise<(model: string) => Adapter> {
  const database = (await mongo.MongoClient.connect(url)).db();
  await Promise.all(
    models.map((model) =>
      database
        .collection(model)
        .createIndexes([
          { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
          { key: { 'payload.grantId': 1 } },
          { key: { 'payload.uid': 1 }, unique: model === 'Session', sparse: true },
        ]),
    ),
  );

  return (model) => {
    const kept = database.collection<Kept>(model);
    const found = async (filter: mongo.Filter<Kept>): Promise<AdapterPayload | undefined> =>
      (await kept.findOne(filter, { projection: { payload: 1 } }))?.payload;
    const adapter: Adapter = {
      async upsert(_id, payload, expiresIn) {
        const expiresAt = expiresIn ? { expiresAt: new Date(Date.now() + expiresIn * 1000) } : {};
        await kept.updateOne({ _id }, { $set: { payload, ...expiresAt } }, { upsert: true });
      },
      find: (_id) => found({ _id }),
      findByUid: (uid) => found({ 'payload.uid': uid }),
      findByUserCode: (userCode) => found({ 'payload.userCode': userCode }),
      async consume(_id) {
        await kept.updateOne({ _id }, { $set: { 'payload.consumed': Math.floor(Date.now() / 1000) } });
      },
      async destroy(_id) {
        await kept.deleteOne({ _id });
      },
      async revokeByGrantId(grantId) {
        await kept.deleteMany({ 'payload.grantId': grantId });
      },
    };
    return adapter;
  };
}
