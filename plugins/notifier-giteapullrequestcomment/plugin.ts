import { defineNotifier } from '@flux-host/sdk/typescript';
import { changeRequestOf, commentOf, providerUid } from '../notifier-common/comment.ts';
import { within } from '../notifier-common/failure.ts';
import { giteaClient, giteaRequests } from '../notifier-common/gitea.ts';
import { at, objectsOf, textAt } from '../notifier-common/json.ts';

export default defineNotifier({
  name: 'notifier-giteapullrequestcomment',
  type: 'giteapullrequestcomment',
  traits: ['change-request'],
  requests: giteaRequests,
  async notify(call) {
    const { event, message } = call;
    const uid = providerUid(call.provider.uid);
    const { request, login } = await giteaClient(call);
    const author = await login();
    const { marker, body } = commentOf(event, { uid, prefix: 'flux-pr-comment-key', message });
    const comments = `/issues/${changeRequestOf(event)}/comments`;
    // The comment is among the first ones, since it is written as soon as there is a request.
    const known = await within('failed to list pull request comments', () =>
      request(`${comments}?limit=100&page=1`),
    );
    const mine = objectsOf(known).find(
      (each) => textAt(each, 'user', 'login') === author && textAt(each, 'body').includes(marker),
    );
    if (mine) {
      const path = `/issues/comments/${at(mine, 'id')}`;
      await within('failed to update pull request comment', () =>
        request(path, { method: 'PATCH', json: { body } }),
      );
    } else {
      await within('failed to create pull request comment', () => request(comments, { json: { body } }));
    }
    return {};
  },
});
