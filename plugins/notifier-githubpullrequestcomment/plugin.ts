import { defineNotifier } from '@flux-host/sdk/typescript';
import { changeRequestOf, commentOf, providerUid } from '../notifier-common/comment.ts';
import { within } from '../notifier-common/failure.ts';
import { githubClient } from '../notifier-common/github/client.ts';
import { githubRequests } from '../notifier-common/github/requests.ts';
import { at, objectsOf, textAt } from '../notifier-common/json.ts';

/** Flux's client asks for reactions as well; servers answer the same without. */
const listHeaders = { Accept: 'application/vnd.github.squirrel-girl-preview' };

export default defineNotifier({
  name: 'notifier-githubpullrequestcomment',
  type: 'githubpullrequestcomment',
  traits: ['change-request'],
  requests: githubRequests,
  async notify(call) {
    const { event, message } = call;
    const uid = providerUid(call.provider.uid);
    const { request, login } = await githubClient(call);
    const author = await login();
    const { marker, body } = commentOf(event, { uid, prefix: 'flux-pr-comment-key', message });
    const number = changeRequestOf(event);
    // The comment is among the first ones, since it is written as soon as there is a request.
    const list = `/issues/${number}/comments?direction=asc&per_page=100&sort=created`;
    const comments = await within('failed to list pull request comments', () =>
      request(list, { headers: listHeaders }),
    );
    const mine = objectsOf(comments).find(
      (each) => textAt(each, 'user', 'login') === author && textAt(each, 'body').includes(marker),
    );
    if (mine) {
      const path = `/issues/comments/${at(mine, 'id')}`;
      await within('failed to update pull request comment', () =>
        request(path, { method: 'PATCH', json: { body } }),
      );
    } else {
      const path = `/issues/${number}/comments`;
      await within('failed to create pull request comment', () => request(path, { json: { body } }));
    }
    return {};
  },
});
