import { defineNotifier } from '@flux-host/sdk/typescript';
import { changeRequestOf, commentOf, providerUid } from '../notifier-common/comment.ts';
import { within } from '../notifier-common/failure.ts';
import { gitlabClient, gitlabRequests } from '../notifier-common/gitlab.ts';
import { at, objectsOf, textAt } from '../notifier-common/json.ts';

export default defineNotifier({
  name: 'notifier-gitlabmergerequestcomment',
  type: 'gitlabmergerequestcomment',
  traits: ['change-request'],
  requests: gitlabRequests,
  async notify(call) {
    const { event, message } = call;
    const uid = providerUid(call.provider.uid);
    const { project, request } = gitlabClient(call);
    const user = await within('failed to get authenticated user info', () => request('/user'));
    const author = textAt(user, 'username');
    const { marker, body } = commentOf(event, { uid, prefix: 'flux-mr-comment-key', message });
    const notes = `${project}/merge_requests/${changeRequestOf(event)}/notes`;
    // The note is among the first ones, since it is written as soon as there is a request.
    const known = await within('failed to list merge request notes', () =>
      request(`${notes}?order_by=created_at&per_page=100&sort=asc`),
    );
    const mine = objectsOf(known).find(
      (each) => textAt(each, 'author', 'username') === author && textAt(each, 'body').includes(marker),
    );
    if (mine) {
      const path = `${notes}/${at(mine, 'id')}`;
      await within('failed to update merge request note', () =>
        request(path, { method: 'PUT', json: { body } }),
      );
    } else {
      await within('failed to create merge request note', () => request(notes, { json: { body } }));
    }
    return {};
  },
});
