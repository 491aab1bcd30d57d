import { section } from '../mappings.ts';
import { byteSize, duration, flag, text } from '../values.ts';

export const urlPreviews = section(
  {
    enabled: flag({ default: true, description: 'Whether clients may ask for them. The server then opens any public web page that a user names.' }),
    max_page: byteSize({ default: '1MiB', description: 'How much of a page is read.' }),
    max_image: byteSize({ default: '10MiB', description: 'The largest image that is kept for a preview.' }),
    lifetime: duration({ default: '1h', description: 'For how long a preview is kept before the page is looked at again.' }),
    language: text({ default: 'en', description: 'In which language pages are wanted, as in the header Accept-Language.' }),
  },
  { description: 'Previews of the pages that links lead to.' },
);
