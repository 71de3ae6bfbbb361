"""Packages: all that a platform's team needs for its posts, under names that sort, in a folder, a ZIP or a bucket.

posts.csv, posts.xlsx                     every post in a row
<account>/<placement>/<name>.mp4 …        film, still, poster, cover, thumbnail, captions, texts, post.json
manifest.json                             what is there, with its digests: written last
"""

from portevoix.delivery.packages.contents import Entry, package_of
from portevoix.delivery.packages.send import Sent, send_package
from portevoix.delivery.packages.zipped import zipped

__all__ = ["Entry", "Sent", "package_of", "send_package", "zipped"]
