from django.db import migrations, models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

SAID = (  # what reasons of such rows said, in both languages, before the row itself did
    'An order that was called off or sent back is no sale: it is left out.',
    'says on another row of the order that it was called off or sent back.',
    '취소했거나 돌려받은 주문은 판매가 아니어서 뺐어요.',
    '칸에 취소했거나 돌려받은 주문이라고 적혀 있어요.',
)


def know(apps, _schema_editor):
    """Rows that say so in their reason need nothing."""
    batches, rejects = apps.get_model('intake', 'Batch'), apps.get_model('intake', 'Reject')
    said = Q()
    for words in SAID:
        said |= Q(reason__contains=words)
    rejects.objects.filter(said, batch__kind='transactions').update(needs_nothing=True)
    settled = rejects.objects.filter(batch=OuterRef('pk'), needs_nothing=True).order_by().values('batch')
    counted = Subquery(settled.annotate(rows=Count('pk')).values('rows'))
    batches.objects.filter(rejected__gt=0, kind='transactions').update(called_off=Coalesce(counted, 0))


class Migration(migrations.Migration):
    dependencies = [('intake', '0002_signing_up')]

    operations = [
        migrations.AddField(
            model_name='batch', name='called_off', field=models.PositiveBigIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            model_name='reject', name='needs_nothing', field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.RunPython(know, migrations.RunPython.noop),
    ]
